package io.thingstead.node.log;

import io.thingstead.kit.crypto.Algorithm;
import io.thingstead.kit.crypto.SigningKey;
import io.thingstead.kit.crypto.VerifyingKey;
import io.thingstead.kit.merkle.MerkleTree;
import io.thingstead.kit.merkle.NoteKey;
import io.thingstead.kit.model.LogId;
import io.thingstead.kit.model.MemberId;
import io.thingstead.node.log.AnchorTarget.Anchored;
import io.thingstead.node.log.Log.Opening;
import io.thingstead.node.storage.Store;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/// A log on a given store, with one log key for all tests.
final class TestLog implements AutoCloseable {
    static final Anchored NOT_ANCHORED = new Anchored(0, MerkleTree.emptyRoot());
    static final LogId ID = new LogId(new MemberId("acme"), 1);
    static final String ORIGIN = "acme.example/5a5a5a5a/1";
    private static final byte[] SECRET = filled(7);
    static final SigningKey KEY = SigningKey.fromSecret(Algorithm.ED25519, SECRET);
    static final NoteKey NOTE_KEY = new NoteKey(ORIGIN, KEY.key().point());

    final Store store;
    final Log log;
    /// What stopped the log, completed by its failure.
    final CompletableFuture<Throwable> failure;

    private TestLog(Store store, Log log, CompletableFuture<Throwable> failure) {
        this.store = store;
        this.log = log;
        this.failure = failure;
    }

    /// Opened, not started.
    static TestLog open(Store store) {
        var failure = new CompletableFuture<Throwable>();
        return switch (opening(store, NOT_ANCHORED, failure)) {
            case Opening.Opened(Log log) -> new TestLog(store, log, failure);
            case Opening.Lost lost -> throw new AssertionError("the log lost data: " + lost);
        };
    }

    static TestLog started(Store store) {
        var opened = open(store);
        opened.log.start();
        return opened;
    }

    static Opening opening(Store store, Anchored anchored, CompletableFuture<Throwable> failure) {
        return Log.open(new LogSettings(ID, TestDevice.LEDGER, ORIGIN, KEY), store, anchored, failure::complete);
    }

    /// Submits frames and waits for all answers.
    List<Answer> submit(TestDevice.Sent... frames) {
        return submit(Arrays.asList(frames));
    }

    List<Answer> submit(List<TestDevice.Sent> frames) {
        var answers = new ArrayList<CompletableFuture<Answer>>();
        for (var frame : frames) {
            var answer = new CompletableFuture<Answer>();
            answers.add(answer);
            log.sequencer().submit(frame.submission(1_800_000_000_000L + answers.size(), answer::complete));
        }
        return answers.stream().map(TestLog::await).toList();
    }

    static <T> T await(CompletableFuture<T> future) {
        return future.orTimeout(60, TimeUnit.SECONDS).join();
    }

    LogReader reader() {
        return log.reader();
    }

    LogCheck.Report check() {
        return check(store);
    }

    static LogCheck.Report check(Store store) {
        return LogCheck.run(ID, NOTE_KEY, TestLog::verify, store, _ -> {});
    }

    static boolean verify(byte[] publicKey, byte[] message, byte[] signature) {
        return VerifyingKey.of(Algorithm.ED25519, publicKey).verify(message, signature);
    }

    @Override
    public void close() {
        log.close();
    }

    private static byte[] filled(int value) {
        var bytes = new byte[32];
        Arrays.fill(bytes, (byte) value);
        return bytes;
    }
}
