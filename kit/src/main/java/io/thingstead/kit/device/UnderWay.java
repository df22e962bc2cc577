package io.thingstead.kit.device;

import io.thingstead.kit.device.FrameLink.Delivery;
import io.thingstead.kit.model.Refusal;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// Frames on their way over one MQTT 3.1.1 connection: matches each acknowledgement with the refusal of the same
/// packet,
/// which comes before it on the receipts topic. For any thread.
final class UnderWay {
    private static final Set<String> FOR_NOW = Set.of(Refusal.BUSY.code(), Refusal.STORE_UNAVAILABLE.code());
    private static final int MOST_NOTICE_BYTES = 65_536;
    private static final int MOST_PACKET_ID = 65_535;

    private final Map<Integer, CompletableFuture<Delivery>> unanswered = new HashMap<>();
    /// Packets that were acknowledged before the client's library said under which id it had sent them.
    private final Set<Integer> early = new HashSet<>();

    private final Map<Integer, Delivery> refused = new HashMap<>();

    synchronized void sent(int packetId, CompletableFuture<Delivery> frame) {
        if (early.remove(packetId)) {
            complete(packetId, frame);
        } else {
            unanswered.put(packetId, frame);
        }
    }

    synchronized void acknowledged(int packetId) {
        CompletableFuture<Delivery> frame = unanswered.remove(packetId);
        if (frame == null) {
            early.add(packetId);
        } else {
            complete(packetId, frame);
        }
    }

    private void complete(int packetId, CompletableFuture<Delivery> frame) {
        Delivery refusal = refused.remove(packetId);
        frame.complete(refusal == null ? new Delivery.Accepted() : refusal);
    }

    /// A message of the receipts topic; one that is no refusal of a packet changes nothing.
    synchronized void heard(byte[] json) {
        if (json.length > MOST_NOTICE_BYTES) {
            return;
        }
        try {
            JsonObject notice = new JsonObject(Buffer.buffer(json));
            refused(notice.getLong("packet"), notice.getString("refused"), notice.getString("text", ""));
        } catch (DecodeException | ClassCastException e) {
            // Not a message of the node's form.
        }
    }

    private void refused(@Nullable Long packetId, @Nullable String code, String text) {
        if (packetId != null && packetId >= 1 && packetId <= MOST_PACKET_ID && code != null) {
            refused.put(
                    packetId.intValue(),
                    FOR_NOW.contains(code)
                            ? new Delivery.Failed(code + ": " + text)
                            : new Delivery.Refused(code, text));
        }
    }

    synchronized void failed(String why) {
        List<CompletableFuture<Delivery>> all = new ArrayList<>(unanswered.values());
        unanswered.clear();
        early.clear();
        refused.clear();
        all.forEach(frame -> frame.complete(new Delivery.Failed(why)));
    }
}
