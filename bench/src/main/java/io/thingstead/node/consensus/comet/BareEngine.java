package io.thingstead.node.consensus.comet;

import io.thingstead.kit.crypto.Algorithm;
import io.thingstead.kit.crypto.SigningKey;
import io.thingstead.kit.model.MemberId;
import io.thingstead.node.consensus.ConsensusEngine;
import io.thingstead.node.ledger.EraRecord;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;
import java.util.stream.IntStream;

/// The engine of several members with an empty application: how much the engine alone carries on this machine, in the
/// shape in which the node hands it its batches.
public final class BareEngine implements AutoCloseable {
    /// As the node's sender.
    private static final int ON_THEIR_WAY = 2;

    /// Small transactions keep an engine busy only when many are on their way, over several connections.
    private static final int SMALL_ON_THEIR_WAY = 500;

    private static final int SMALL_SENDERS = 8;
    private static final long READY_MS = 30_000;

    private final List<BareMember> members = new ArrayList<>();
    private final AtomicLong numbers = new AtomicLong();
    private final byte[] noise = new byte[1 << 17];

    /// @param program CometBFT's executable
    /// @param ports where the members' engines listen for each other, one each, and then where each takes requests
    public BareEngine(Path program, Path folder, List<Integer> ports) throws IOException, InterruptedException {
        new Random(1).nextBytes(noise);
        int count = ports.size() / 2;
        List<SigningKey> engineKeys = keys(count);
        List<SigningKey> peerKeys = keys(count);
        EraRecord era = new EraRecord(
                2,
                EraRecord.COMET,
                "ts-bare-2",
                1,
                0,
                new byte[32],
                IntStream.range(0, count)
                        .mapToObj(i -> new EraRecord.EraMember(
                                new MemberId("m" + i), engineKeys.get(i).key(), 1))
                        .toList());
        for (int i = 0; i < count; i++) {
            members.add(new BareMember(
                    new CometSettings(
                            program,
                            folder.resolve("bare-" + i),
                            address(ports.get(i)),
                            peers(peerKeys, ports, i),
                            ConsensusEngine.EMPTY_BLOCK_MS,
                            CometSettings.TIMEOUT_PROPOSE_MS,
                            0),
                    era,
                    engineKeys.get(i),
                    peerKeys.get(i),
                    ports.get(count + i)));
        }
        awaitBlocks();
    }

    private static List<SigningKey> keys(int count) {
        return IntStream.range(0, count)
                .mapToObj(_ -> SigningKey.generate(Algorithm.ED25519))
                .toList();
    }

    private static String address(int port) {
        return "127.0.0.1:" + port;
    }

    private static List<String> peers(List<SigningKey> peerKeys, List<Integer> ports, int own) {
        return IntStream.range(0, peerKeys.size())
                .filter(i -> i != own)
                .mapToObj(i -> CometNames.peerId(peerKeys.get(i).key()) + "@" + address(ports.get(i)))
                .toList();
    }

    private void awaitBlocks() throws InterruptedException {
        long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(READY_MS);
        while (members.stream().anyMatch(member -> member.height() < 2)) {
            if (System.nanoTime() - until > 0) {
                throw new IllegalStateException("the bare engines do not agree on a block");
            }
            Thread.sleep(10);
        }
    }

    /// The engines' processes.
    public List<Long> pids() {
        return members.stream().map(BareMember::pid).toList();
    }

    /// Transactions of this size, each member's at most two on their way as its batches are; returns how many a second
    /// go.
    public double perSecond(int bytes, double seconds) throws InterruptedException {
        return perSecond(bytes, seconds, 1, ON_THEIR_WAY);
    }

    /// Small transactions, as many as the engine takes; returns how many a second go.
    public double smallPerSecond(int bytes, double seconds) throws InterruptedException {
        return perSecond(bytes, seconds, SMALL_SENDERS, SMALL_ON_THEIR_WAY);
    }

    private double perSecond(int bytes, double seconds, int sendersEach, int onTheirWay) throws InterruptedException {
        AtomicLong landed = new AtomicLong();
        long start = System.nanoTime();
        long until = start + (long) (seconds * 1e9);
        List<Thread> senders = new ArrayList<>();
        List<Semaphore> windows = new ArrayList<>();
        for (BareMember member : members) {
            Semaphore window = new Semaphore(onTheirWay);
            windows.add(window);
            for (int i = 0; i < sendersEach; i++) {
                senders.add(Thread.ofPlatform().start(() -> sendUntil(until, member, bytes, window, landed)));
            }
        }
        for (Thread sender : senders) {
            sender.join();
        }
        for (Semaphore window : windows) {
            window.acquire(onTheirWay);
        }
        return landed.get() / ((System.nanoTime() - start) / 1e9);
    }

    /// One transaction of this size after the other, at this pace, from the members in turn.
    ///
    /// @param latencyNanos told of each how long it took, from when it was due until it was decided at its member
    public void paced(int bytes, int perSecond, int count, LongConsumer latencyNanos) throws InterruptedException {
        Semaphore done = new Semaphore(0);
        long start = System.nanoTime();
        for (int i = 0; i < count; i++) {
            BareMember member = members.get(i % members.size());
            long due = start + TimeUnit.SECONDS.toNanos(1) * i / perSecond;
            TimeUnit.NANOSECONDS.sleep(Math.max(0, due - System.nanoTime()));
            Thread.ofVirtual()
                    .start(() -> send(member, bytes, () -> {
                        synchronized (latencyNanos) {
                            latencyNanos.accept(System.nanoTime() - due);
                        }
                        done.release();
                    }));
        }
        done.acquire(count);
    }

    private void sendUntil(long until, BareMember member, int bytes, Semaphore window, AtomicLong landed) {
        try {
            while (System.nanoTime() - until < 0) {
                window.acquire();
                send(member, bytes, () -> {
                    landed.incrementAndGet();
                    window.release();
                });
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void send(BareMember member, int bytes, Runnable landed) {
        byte[] transaction = new byte[bytes];
        System.arraycopy(noise, 0, transaction, 0, bytes);
        ByteBuffer.wrap(transaction).putLong(numbers.incrementAndGet());
        try {
            member.send(transaction, landed);
        } catch (IOException e) {
            throw new UncheckedIOException("the bare engine cannot be reached", e);
        }
    }

    @Override
    public void close() {
        members.forEach(BareMember::close);
    }
}
