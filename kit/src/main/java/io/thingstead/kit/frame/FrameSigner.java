package io.thingstead.kit.frame;

import io.thingstead.kit.crypto.CborWriter;
import io.thingstead.kit.crypto.CoseSign1;
import io.thingstead.kit.crypto.Signer;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.LedgerId;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Makes frames with one key: for the key's own device, or, as a gateway or member, for others.
public final class FrameSigner {
    private final LedgerId ledger;
    private final Signer signer;
    private final boolean withKid;
    private final @Nullable DeviceId device;

    private FrameSigner(LedgerId ledger, Signer signer, boolean withKid, @Nullable DeviceId device) {
        this.ledger = ledger;
        this.signer = signer;
        this.withKid = withKid;
        this.device = device;
    }

    /// For the key's own device, with the key hint in each frame.
    public static FrameSigner of(LedgerId ledger, Signer signer) {
        return new FrameSigner(ledger, signer, true, null);
    }

    /// For `device`, whose frames this gateway or member signs.
    public FrameSigner onBehalfOf(DeviceId device) {
        return new FrameSigner(ledger, signer, withKid, device);
    }

    /// Without the key hint: 10 bytes shorter, for connections that name the device.
    public FrameSigner withoutKid() {
        return new FrameSigner(ledger, signer, false, device);
    }

    /// The frame with number `n`; `previous` when numbers before `n` were skipped.
    ///
    /// @param payload readings, or a command or its receipt
    public byte[] sign(long n, Optional<Long> previous, byte[] payload) {
        if (n < 1
                || n > Frame.MAX_NUMBER
                || previous.filter(p -> p < 0 || p >= n).isPresent()) {
            throw new IllegalArgumentException("n is within 1 to 2^53 - 1, and the previous number below it");
        }
        byte[] header = header(n, previous);
        byte[] frame = CoseSign1.sign(header, payload, Frame.kind(payload), ledger, signer)
                .encode();
        if (frame.length > Frame.MAX_BYTES) {
            throw new IllegalArgumentException("a frame has at most " + Frame.MAX_BYTES + " bytes");
        }
        return frame;
    }

    public byte[] sign(long n, byte[] payload) {
        return sign(n, Optional.empty(), payload);
    }

    private byte[] header(long n, Optional<Long> previous) {
        int labels = 2 + (withKid ? 1 : 0) + (device != null ? 1 : 0) + (previous.isPresent() ? 1 : 0);
        CborWriter out = new CborWriter(64)
                .map(labels)
                .integer(1)
                .integer(signer.key().algorithm().cose());
        if (withKid) {
            out.integer(4).bytes(signer.key().kid());
        }
        if (device != null) {
            out.text("d").text(device.value());
        }
        out.text("n").integer(n);
        previous.ifPresent(p -> out.text("p").integer(p));
        return out.toBytes();
    }
}
