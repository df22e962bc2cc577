package io.thingstead.node.ingest.mqtt;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.thingstead.kit.crypto.Base64Url;
import io.thingstead.node.ingest.Outcome;
import io.thingstead.node.log.LogReader;
import io.thingstead.node.log.SignedCheckpoint;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Sends each session that asked for it the receipt of its newest frame that a checkpoint covers: where the frame
/// stands, with the proof. Computed on a thread of its own, which rests longer than it works, so that many listeners
/// take nothing from verification.
final class ReceiptFeed implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ReceiptFeed.class);
    private static final long ROUND_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
    private static final int REST_FACTOR = 4;
    private static final long NONE = -1;

    private final LogReader log;
    private final Thread thread;

    /// Each listener with the index of the last receipt it was sent.
    private final Map<MqttConnection, Long> listeners = new ConcurrentHashMap<>();

    private volatile boolean closed;

    ReceiptFeed(LogReader log) {
        this.log = log;
        this.thread = Thread.ofPlatform().name("mqtt receipts").daemon().unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    void add(MqttConnection listener) {
        listeners.putIfAbsent(listener, NONE);
    }

    void remove(MqttConnection listener) {
        listeners.remove(listener);
    }

    private void run() {
        while (!closed) {
            long startedNanos = System.nanoTime();
            try {
                log.checkpoint().ifPresent(this::round);
            } catch (RuntimeException e) {
                LOG.error("receipts are late", e);
            }
            LockSupport.parkNanos(Math.max(ROUND_NANOS, REST_FACTOR * (System.nanoTime() - startedNanos)));
        }
    }

    private void round(SignedCheckpoint checkpoint) {
        for (Map.Entry<MqttConnection, Long> listener : listeners.entrySet()) {
            Outcome.Logged newest = listener.getKey().newest();
            // A duplicate may stand in an older log of the member; this log's checkpoints say nothing of it.
            if (newest != null
                    && newest.receipt().logNumber() == log.id().number()
                    && newest.receipt().index() != listener.getValue()
                    && newest.receipt().index() < checkpoint.size()) {
                listener.getKey().deliver(receipt(newest, checkpoint));
                // Not `setValue`: it would put back a listener that has just gone.
                told(listener.getKey(), newest.receipt().index());
            }
        }
    }

    private void told(MqttConnection listener, long index) {
        listeners.computeIfPresent(listener, (_, _) -> index);
    }

    private byte[] receipt(Outcome.Logged frame, SignedCheckpoint checkpoint) {
        long index = frame.receipt().index();
        ObjectNode receipt = new JsonMapper()
                .createObjectNode()
                .put("device", frame.device().value())
                .put("n", frame.n())
                .put("index", index)
                .put("receivedMs", frame.receipt().receivedMs())
                .put("salt", Base64Url.encode(frame.receipt().salt()))
                .put("checkpoint", checkpoint.note());
        var proof = receipt.putArray("proof");
        log.inclusionProof(index, checkpoint.size()).forEach(hash -> proof.add(Base64Url.encode(hash)));
        return receipt.toString().getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
        listeners.clear();
    }
}
