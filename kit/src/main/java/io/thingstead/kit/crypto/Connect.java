package io.thingstead.kit.crypto;

import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.LedgerId;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Result;
import java.util.Arrays;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// How a device proves its key at connect: its signature over its name and the time, or over a challenge
/// (`docs/formats.md` §2).
public final class Connect {
    /// How far the device's clock may be from the node's.
    public static final long TOLERANCE_MS = 300_000;

    private static final int MAX_CHALLENGE = 64;

    private Connect() {}

    public static byte[] sign(DeviceId device, long timeMs, LedgerId ledger, Signer signer) {
        return sign(new CborWriter().array(2).text(device.value()).integer(timeMs), ledger, signer);
    }

    public static byte[] sign(DeviceId device, byte[] challenge, LedgerId ledger, Signer signer) {
        return sign(new CborWriter().array(2).text(device.value()).bytes(challenge), ledger, signer);
    }

    private static byte[] sign(CborWriter payload, LedgerId ledger, Signer signer) {
        byte[] header = CoseSign1.algHeader(signer.key().algorithm());
        return CoseSign1.sign(header, payload.toBytes(), CoseKind.CONNECT, ledger, signer)
                .encode();
    }

    /// The device that `message` is for, when `key` signed it now, or over a challenge that `isOpen` takes.
    public static Result<DeviceId> check(
            byte[] message, LedgerId ledger, VerifyingKey key, long nowMs, Predicate<byte[]> isOpen) {
        return switch (CoseSign1.decode(message, 16, 256)) {
            case Result.No<CoseSign1>(var refused) -> Result.no(Refusal.CONNECT_INVALID, refused.text());
            case Result.Ok<CoseSign1>(CoseSign1 cose) -> check(cose, ledger, key, nowMs, isOpen);
        };
    }

    private static Result<DeviceId> check(
            CoseSign1 cose, LedgerId ledger, VerifyingKey key, long nowMs, Predicate<byte[]> isOpen) {
        DeviceId device;
        long timeMs = 0;
        byte @Nullable [] challenge = null;
        try {
            CborReader in = CborReader.strict(cose.payload());
            in.readArrayOf(2);
            String name = in.readText(100);
            if (in.nextIsInteger()) {
                timeMs = in.readUint();
            } else {
                challenge = in.readBytes(MAX_CHALLENGE);
            }
            in.expectEnd();
            device = DeviceId.parse(name).orElseThrow(() -> new CborMalformed("not a device id"));
        } catch (CborMalformed e) {
            return Result.no(Refusal.CONNECT_INVALID, "not a connect message: " + e.getMessage());
        }
        if (!Arrays.equals(cose.protectedHeader(), CoseSign1.algHeader(key.algorithm()))
                || !cose.verify(CoseKind.CONNECT, ledger, key)) {
            return Result.no(Refusal.CONNECT_INVALID, "the connect message of " + device + " is not signed by its key");
        }
        boolean fresh = challenge == null ? Math.abs(nowMs - timeMs) <= TOLERANCE_MS : isOpen.test(challenge);
        return fresh
                ? Result.ok(device)
                : Result.no(
                        Refusal.CONNECT_STALE,
                        "the connect message of " + device
                                + " is older or newer than 5 minutes (check the device's clock), or its challenge is used up");
    }
}
