package io.thingstead.node.ledger;

import io.thingstead.kit.crypto.CborReader;
import io.thingstead.kit.crypto.CborWriter;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.MemberId;
import org.jspecify.annotations.Nullable;

/// A member lets another read what one of its devices says, from one time of receipt to another.
///
/// @param toMs the first time that is not granted, or null: until it is revoked
/// @param event that granted it
public record GrantRecord(
        DeviceId device,
        MemberId grantee,
        long fromMs,
        @Nullable Long toMs,
        long event) {
    /// Whether what was received then is granted.
    public boolean covers(long receivedMs) {
        return receivedMs >= fromMs && (toMs == null || receivedMs < toMs);
    }

    public byte[] encode() {
        CborWriter out = new CborWriter(32).array(3).integer(fromMs);
        if (toMs == null) {
            out.nil();
        } else {
            out.integer(toMs);
        }
        return out.integer(event).toBytes();
    }

    /// The record at a state key.
    public static GrantRecord decode(String stateKey, byte[] value) {
        int slash = stateKey.lastIndexOf('/');
        CborReader in = CborReader.strict(value);
        in.readArrayOf(3);
        long from = in.readUint();
        Long to = null;
        if (in.nextIsNull()) {
            in.readNull();
        } else {
            to = in.readUint();
        }
        GrantRecord read = new GrantRecord(
                DeviceId.of(stateKey.substring(StateKeys.GRANTS.length(), slash)),
                new MemberId(stateKey.substring(slash + 1)),
                from,
                to,
                in.readUint());
        in.expectEnd();
        return read;
    }
}
