package io.thingstead.kit.device;

import static org.assertj.core.api.Assertions.assertThat;

import io.thingstead.kit.Seeded;
import io.thingstead.kit.crypto.Algorithm;
import io.thingstead.kit.crypto.Base64Url;
import io.thingstead.kit.crypto.SigningKey;
import io.thingstead.kit.frame.FrameSigner;
import io.thingstead.kit.frame.SenMlEncoder;
import io.thingstead.kit.frame.SenMlEncoder.Measurement;
import io.thingstead.kit.merkle.Checkpoint;
import io.thingstead.kit.merkle.MerkleTree;
import io.thingstead.kit.merkle.NoteKey;
import io.thingstead.kit.merkle.SignedNote;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.LedgerId;
import io.thingstead.kit.model.LogId;
import io.thingstead.kit.model.MemberId;
import io.thingstead.kit.model.Result;
import io.thingstead.kit.proof.Promise;
import io.thingstead.kit.proof.ReadingLeaf;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// A node that lies, or a line that garbles: nothing but the log key's word for this very frame is believed.
class NodeAnswersFuzz {
    private static final int ROUNDS = 4_000;
    private static final LogId LOG = new LogId(new MemberId("acme"), 1);
    private static final DeviceId BOX = DeviceId.of("acme:box");
    private static final long RECEIVED_MS = 1_700_000_000_500L;

    private final Random random = Seeded.random(NodeAnswersFuzz.class);
    private final LedgerId ledger = new LedgerId(Seeded.bytes(random, 32));
    private final SigningKey logKey = SigningKey.generate(Algorithm.ED25519);
    private final TrustedLogs logs = new TrustedLogs(ledger, LOG.member(), "acme.example", logKey.key());
    private final FrameSigner signer = FrameSigner.of(ledger, SigningKey.generate(Algorithm.ED25519));
    private final byte[] salt = Seeded.bytes(random, 32);
    private final byte[] frame = frame(1);
    private final byte[] entry = ReadingLeaf.of(salt, RECEIVED_MS, frame).entry();
    private final List<String> proven = new ArrayList<>();
    private final List<String> disproven = new ArrayList<>();
    private final CheckedReceipts receipts = new CheckedReceipts(logs, BOX, new Receipts.Listener() {
        @Override
        public void proven(DeviceId device, long n, long index) {
            proven.add(device + " " + n + " at " + index);
        }

        @Override
        public void disproven(String why) {
            disproven.add(why);
        }
    });

    private byte[] frame(long n) {
        return signer.sign(n, SenMlEncoder.encode(List.of(Measurement.of("t", "Cel", 20, 1_700_000_000_000L))));
    }

    private String answer(LogId log, SigningKey key) {
        byte[] promise = new Promise(ledger, log, 0, entry, RECEIVED_MS + 60_000).sign(key);
        return new JsonObject()
                .put("device", "acme:box")
                .put("receivedMs", RECEIVED_MS)
                .put("salt", Base64Url.encode(salt))
                .put("promise", Base64Url.encode(promise))
                .encode();
    }

    private String receipt(String origin, SigningKey key) {
        byte[] root = MerkleTree.leafHash(entry);
        String note = SignedNote.sign(
                        new Checkpoint(origin, 1, root).body(),
                        new NoteKey(origin, key.key().point()),
                        key::sign)
                .encode();
        return new JsonObject()
                .put("device", "acme:box")
                .put("n", 1)
                .put("index", 0)
                .put("receivedMs", RECEIVED_MS)
                .put("salt", Base64Url.encode(salt))
                .put("checkpoint", note)
                .put("proof", new JsonArray())
                .encode();
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private void heard(String message) {
        receipts.sending(frame);
        receipts.heard(utf8(message));
    }

    @Test
    void a_promise_counts_for_its_frame_and_of_its_member_only() {
        SigningKey other = SigningKey.generate(Algorithm.ED25519);
        assertThat(logs.promise(utf8(answer(LOG, logKey)), frame).isOk()).isTrue();
        assertThat(logs.promise(utf8(answer(LOG, logKey)), frame(2)).isOk()).isFalse();
        assertThat(logs.promise(utf8(answer(LOG, other)), frame).isOk()).isFalse();
        assertThat(logs.promise(utf8(answer(new LogId(new MemberId("other"), 1), logKey)), frame)
                        .isOk())
                .isFalse();
        assertThat(logs.promise(new byte[0], frame)).isInstanceOf(Result.No.class);
    }

    @Test
    void a_receipt_counts_of_any_log_of_the_member_and_no_other() {
        heard(receipt(LOG.origin("acme.example", ledger), logKey));
        heard(receipt(new LogId(LOG.member(), 7).origin("acme.example", ledger), logKey));
        assertThat(proven).containsExactly("acme:box 1 at 0", "acme:box 1 at 0");
        heard(receipt(LOG.origin("evil.example", ledger), logKey));
        heard(receipt("acme.example/00000000/1", logKey));
        heard(receipt(LOG.origin("acme.example", ledger) + "x", logKey));
        heard(receipt(LOG.origin("acme.example", ledger), SigningKey.generate(Algorithm.ED25519)));
        assertThat(proven).hasSize(2);
        assertThat(disproven).hasSize(4);
    }

    @Test
    void a_receipt_of_a_frame_that_was_not_sent_here_says_nothing() {
        receipts.heard(utf8(receipt(LOG.origin("acme.example", ledger), logKey)));
        assertThat(proven).isEmpty();
        assertThat(disproven).isEmpty();
    }

    @Test
    void what_was_changed_on_the_way_is_not_believed() {
        byte[] answer = utf8(answer(LOG, logKey));
        byte[] receipt = utf8(receipt(LOG.origin("acme.example", ledger), logKey));
        for (int i = 0; i < ROUNDS; i++) {
            byte[] changed = changed(answer);
            if (logs.promise(changed, frame) instanceof Result.Ok<Promise>(Promise made)) {
                assertThat(made)
                        .usingRecursiveComparison()
                        .isEqualTo(new Promise(ledger, LOG, 0, entry, RECEIVED_MS + 60_000));
            }
            proven.clear();
            receipts.sending(frame);
            receipts.heard(changed(receipt));
            assertThat(proven).isSubsetOf("acme:box 1 at 0");
        }
        assertThat(disproven).isNotEmpty();
    }

    private byte[] changed(byte[] bytes) {
        byte[] changed = bytes.clone();
        for (int flips = 1 + random.nextInt(3); flips > 0; flips--) {
            changed[random.nextInt(changed.length)] = (byte) random.nextInt(256);
        }
        return changed;
    }
}
