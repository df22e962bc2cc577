package io.thingstead.kit.device;

import io.thingstead.kit.crypto.Base64Url;
import io.thingstead.kit.frame.Frame;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.Result;
import io.thingstead.kit.proof.Receipt;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Checks each receipt against the frame that was sent and the log key. Keeps the frames of one device, or of those
/// behind one gateway, until a receipt covers them: at most 1 MiB, of more the oldest go unchecked. For any thread.
public final class CheckedReceipts implements Receipts {
    private static final int MOST_BYTES = 1 << 20;
    private static final int MOST_MESSAGE_BYTES = 65_536;
    private static final int MOST_HASHES = 64;

    private final TrustedLogs logs;
    private final DeviceId sender;
    private final Listener listener;
    /// In the order in which they were sent.
    private final LinkedHashMap<Name, byte[]> sent = new LinkedHashMap<>();

    private int sentBytes;

    private record Name(DeviceId device, long n) {}

    /// @param sender whose connection it is
    public CheckedReceipts(TrustedLogs logs, DeviceId sender, Listener listener) {
        this.logs = logs;
        this.sender = sender;
        this.listener = listener;
    }

    @Override
    public synchronized void sending(byte[] bytes) {
        if (!(Frame.decode(bytes) instanceof Result.Ok<Frame>(Frame frame))) {
            return;
        }
        DeviceId device = Objects.requireNonNullElse(frame.device(), sender);
        forget(new Name(device, frame.n()));
        sent.put(new Name(device, frame.n()), frame.bytes());
        sentBytes += frame.bytes().length;
        while (sentBytes > MOST_BYTES) {
            forget(sent.firstEntry().getKey());
        }
    }

    private void forget(Name name) {
        byte[] frame = sent.remove(name);
        sentBytes -= frame == null ? 0 : frame.length;
    }

    @Override
    public synchronized void heard(byte[] json) {
        if (json.length > MOST_MESSAGE_BYTES) {
            return;
        }
        try {
            JsonObject message = new JsonObject(Buffer.buffer(json));
            if (message.containsKey("checkpoint")) {
                check(message);
            }
        } catch (DecodeException | ClassCastException | IllegalArgumentException e) {
            listener.disproven("a message that is no receipt: " + e.getMessage());
        }
    }

    private void check(JsonObject message) {
        Name name = new Name(DeviceId.of(given(message.getString("device"))), given(message.getLong("n")));
        byte[] frame = sent.get(name);
        if (frame == null) {
            return; // of an earlier connection, or too long ago
        }
        Receipt receipt = new Receipt(
                given(message.getLong("index")),
                given(message.getLong("receivedMs")),
                bytes(message.getString("salt")),
                given(message.getString("checkpoint")),
                path(message));
        if (logs.isProven(receipt, frame)) {
            covered(name);
            listener.proven(name.device(), name.n(), receipt.index());
        } else {
            listener.disproven(
                    "the receipt of frame %d of %s does not show it in the log".formatted(name.n(), name.device()));
        }
    }

    /// A receipt comes for the newest frame only: those before it get none.
    private void covered(Name newest) {
        for (Name name = sent.firstEntry().getKey();
                !name.equals(newest);
                name = sent.firstEntry().getKey()) {
            forget(name);
        }
        forget(newest);
    }

    private static List<byte[]> path(JsonObject message) {
        List<byte[]> path = new ArrayList<>();
        for (Object hash : given(message.getJsonArray("proof"))) {
            if (path.size() == MOST_HASHES) throw new IllegalArgumentException("a proof has at most 64 hashes");
            path.add(bytes((String) hash));
        }
        return path;
    }

    private static byte[] bytes(@Nullable String text) {
        return Base64Url.decode(given(text)).orElseThrow(() -> new IllegalArgumentException("not base64url"));
    }

    private static <T> T given(@Nullable T value) {
        if (value == null) throw new IllegalArgumentException("something is missing");
        return value;
    }
}
