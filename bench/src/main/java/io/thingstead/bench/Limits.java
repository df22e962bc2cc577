package io.thingstead.bench;

import io.thingstead.kit.crypto.VerifyingKey;
import io.thingstead.kit.frame.Frame;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;

/// What the machine can do at best, doing nothing else: the limits that figures are measured against.
final class Limits {
    private static final int SYNCED_BYTES = 150;

    private Limits() {}

    /// Signatures of frames verified a second on all cores, nothing else running.
    static double verifications(Fleet fleet, double seconds) throws InterruptedException {
        Fleet.Member member = fleet.members().getFirst();
        VerifyingKey key = member.key().key();
        Frame frame = Frame.decode(member.frames().getFirst()).orThrow();
        return verifications(
                key,
                frame.sigStructure(fleet.ledger(), key.thumbprint()),
                frame.cose().signature(),
                seconds);
    }

    /// Signatures like this one verified a second on all cores, nothing else running.
    static double verifications(VerifyingKey key, byte[] signed, byte[] signature, double seconds)
            throws InterruptedException {
        LongAdder done = new LongAdder();
        long end = System.nanoTime() + (long) (seconds * 1e9);
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < Runtime.getRuntime().availableProcessors(); t++) {
            threads.add(Thread.ofPlatform().start(() -> {
                while (System.nanoTime() < end) {
                    if (!key.verify(signed, signature)) {
                        throw new IllegalStateException("a signature of the bench does not verify");
                    }
                    done.increment();
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        return done.sum() / seconds;
    }

    /// Appends of 150 bytes, each synced, a second.
    static double syncedWrites(Path folder, double seconds) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocateDirect(SYNCED_BYTES);
        long end = System.nanoTime() + (long) (seconds * 1e9);
        long count = 0;
        try (FileChannel file = FileChannel.open(
                folder.resolve("synced"),
                StandardOpenOption.CREATE_NEW,
                StandardOpenOption.APPEND,
                StandardOpenOption.DELETE_ON_CLOSE)) {
            while (System.nanoTime() < end) {
                bytes.clear();
                file.write(bytes);
                file.force(false);
                count++;
            }
        }
        return count / seconds;
    }
}
