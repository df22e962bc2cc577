package io.thingstead.node.fleet;

import io.thingstead.kit.crypto.CborMalformed;
import io.thingstead.kit.crypto.CborReader;
import io.thingstead.kit.crypto.CborWriter;
import io.thingstead.kit.model.DeviceId;
import java.util.Base64;
import java.util.Optional;

/// The place of a device in a sorted list: a page that begins after it has what follows, also when devices came, went
/// or changed meanwhile. To whoever asks it is a word without meaning.
public record FleetCursor(FleetSort sort, boolean descending, SortKey key, DeviceId device) {
    public static final int MAX_CHARS = 1_024;
    private static final int MAX_ID = 97;

    public String encode() {
        byte[] bytes = new CborWriter(64)
                .array(6)
                .text(sort.label())
                .bool(descending)
                .bool(key.absent())
                .integer(Double.doubleToLongBits(key.number()))
                .text(key.text())
                .text(device.value())
                .toBytes();
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /// Empty for what no cursor of a list is.
    public static Optional<FleetCursor> decode(String text) {
        if (text.length() > MAX_CHARS) return Optional.empty();
        try {
            CborReader in = CborReader.strict(Base64.getUrlDecoder().decode(text));
            in.readArrayOf(6);
            var sort = FleetSort.of(in.readText(16));
            boolean descending = in.readBoolean();
            var key = new SortKey(
                    in.readBoolean(), Double.longBitsToDouble(in.readInteger()), in.readText(4 * SortKey.MAX_TEXT));
            var device = DeviceId.parse(in.readText(MAX_ID));
            in.expectEnd();
            return sort.isEmpty() || device.isEmpty()
                    ? Optional.empty()
                    : Optional.of(new FleetCursor(sort.get(), descending, key, device.get()));
        } catch (CborMalformed | IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
