package io.thingstead.node.ledger;

import io.thingstead.kit.crypto.CborReader;
import java.util.HexFormat;

/// Events in plain words: the history of a device, log or member that people read.
public final class EventWords {
    private EventWords() {}

    static String of(Event event) {
        CborReader in = CborReader.strict(event.body());
        in.readArray(16);
        return switch (event.type()) {
            case MEMBER_REGISTERED -> in.readText(32) + " joined the ledger (" + in.readText(253) + ")";
            case LOG_OPENED -> {
                String member = in.readText(32);
                in.readUint();
                yield member + " opened its log " + in.readText(512);
            }
            case LOG_CLOSED -> {
                String member = in.readText(32);
                long log = in.readUint();
                yield member + " closed its log " + log + " (" + closeReason(in.readUint()) + ") at size "
                        + in.readUint();
            }
            case DEVICE_REGISTERED -> {
                String device = in.readText(100);
                boolean gateway = in.readUint() == 2;
                yield "Device " + device + " was registered" + (gateway ? " as a gateway" : "")
                        + (in.nextIsNull() ? ", without a key (token device)" : " with key " + key(in));
            }
            case DEVICE_KEY_ROTATED ->
                "Device " + in.readText(100) + " changed its key from " + key(in) + " to " + key(in);
            case DEVICE_KEY_REVOKED -> {
                String device = in.readText(100);
                yield "Key " + key(in) + " of device " + device + " was revoked (" + revokeReason(in.readUint()) + ")";
            }
            case CHECKPOINT_ANCHORED -> {
                String member = in.readText(32);
                long log = in.readUint();
                yield "Log " + member + "/" + log + " is final from leaf " + in.readUint() + " up to size "
                        + in.readUint();
            }
            case DEVICE_KEY_ADDED -> "Device " + in.readText(100) + " got the key " + key(in);
            case REFUSED -> {
                if (in.nextIsNull()) {
                    in.readNull();
                    yield "A transaction was refused: " + in.readText(100);
                }
                yield "Action " + (in.readUint() + 1) + " of a transaction was refused: " + in.readText(100);
            }
            case CLOCK_SUSPENDED -> "The ledger stood still for " + in.readUint() / 1000 + " s";
        };
    }

    private static String key(CborReader in) {
        return HexFormat.of().formatHex(in.readBytesOf(32), 0, 8);
    }

    public static String closeReason(long reason) {
        return switch ((int) reason) {
            case 1 -> "lost data";
            case 2 -> "retired";
            case 3 -> "full";
            default -> "reason " + reason;
        };
    }

    public static String revokeReason(long reason) {
        return switch ((int) reason) {
            case 1 -> "lost";
            case 2 -> "stolen";
            case 3 -> "retired";
            case 4 -> "misbehaved";
            default -> "reason " + reason;
        };
    }
}
