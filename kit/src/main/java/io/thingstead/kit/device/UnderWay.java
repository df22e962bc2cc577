package io.thingstead.kit.device;

import io.thingstead.kit.device.FrameLink.Delivery;
import io.thingstead.kit.frame.Frame;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Result;
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

/// Frames on their way over one MQTT 3.1.1 connection: matches acknowledgements, which name a packet, with refusals,
/// which name a frame's number and come before the acknowledgement. For any thread.
final class UnderWay {
    /// What is not known to have been kept is sent again; the node answers what it has as a duplicate.
    private static final String UNCLEAR = "the node refused a frame without saying which";

    private static final Set<String> FOR_NOW = Set.of(Refusal.BUSY.code(), Refusal.STORE_UNAVAILABLE.code());
    private static final int MOST_NOTICE_BYTES = 65_536;

    /// @param n its number, 0 when it is not a frame
    record Sent(long n, CompletableFuture<Delivery> done) {
        static Sent of(byte[] frame) {
            long n = Frame.decode(frame) instanceof Result.Ok<Frame>(Frame read) ? read.n() : 0;
            return new Sent(n, new CompletableFuture<>());
        }

        void failed(String why) {
            done.complete(new Delivery.Failed(why));
        }
    }

    private final Map<Integer, Sent> unanswered = new HashMap<>();
    /// Packets that were acknowledged before the client's library said under which id it had sent them.
    private final Set<Integer> early = new HashSet<>();

    private final Map<Long, Delivery> refused = new HashMap<>();

    synchronized void sent(int packetId, Sent frame) {
        if (early.remove(packetId)) {
            complete(frame);
        } else {
            unanswered.put(packetId, frame);
        }
    }

    synchronized void acknowledged(int packetId) {
        Sent frame = unanswered.remove(packetId);
        if (frame == null) {
            early.add(packetId);
        } else {
            complete(frame);
        }
    }

    private void complete(Sent frame) {
        Delivery refusal = refused.remove(frame.n());
        frame.done().complete(refusal == null ? new Delivery.Accepted() : refusal);
    }

    /// A message of the receipts topic; one that is no refusal changes nothing.
    synchronized void heard(byte[] json) {
        if (json.length > MOST_NOTICE_BYTES) {
            return;
        }
        try {
            JsonObject notice = new JsonObject(Buffer.buffer(json));
            String code = notice.getString("refused");
            if (code != null) {
                refused(notice.getLong("n", 0L), code, notice.getString("text", ""));
            }
        } catch (DecodeException | ClassCastException e) {
            // Not a message of the node's form.
        }
    }

    private void refused(long n, String code, String text) {
        long sameNumber =
                unanswered.values().stream().filter(frame -> frame.n() == n).count();
        if (n <= 0 || sameNumber > 1) {
            // Of a gateway's devices two may use one number.
            failed(UNCLEAR);
        } else if (FOR_NOW.contains(code)) {
            refused.put(n, new Delivery.Failed(code + ": " + text));
        } else {
            refused.put(n, new Delivery.Refused(code, text));
        }
    }

    synchronized void failed(String why) {
        List<Sent> all = new ArrayList<>(unanswered.values());
        unanswered.clear();
        early.clear();
        refused.clear();
        all.forEach(frame -> frame.failed(why));
    }
}
