package io.thingstead.kit.command;

import io.thingstead.kit.crypto.CborMalformed;
import io.thingstead.kit.crypto.CborReader;
import io.thingstead.kit.crypto.CborWriter;
import io.thingstead.kit.crypto.CoseKind;
import io.thingstead.kit.crypto.Signer;
import io.thingstead.kit.crypto.VerifyingKey;
import io.thingstead.kit.frame.Frame;
import io.thingstead.kit.frame.FrameSigner;
import io.thingstead.kit.frame.SenMlName;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.LedgerId;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Result;
import java.nio.charset.StandardCharsets;

/// What a member asks of one of its devices, signed by the member's node key (`docs/formats.md` §6).
///
/// @param envelope its signed form: names the device and the command's number
/// @param params a JSON text, as it was signed
/// @param expiresMs the device executes it before this time or never
public record Command(
        Frame envelope, DeviceId device, long number, String name, String params, long issuedMs, long expiresMs) {
    public static final int MAX_NAME = 64;
    /// Of the params, and of what a receipt brings back.
    public static final int MAX_JSON_BYTES = 4_096;
    /// At most so long after it was issued.
    public static final long MAX_LIFE_MS = 30L * 24 * 3_600_000;
    /// With envelope.
    public static final int MAX_BYTES = MAX_JSON_BYTES + 512;
    /// The name of the command that carries the values which are desired of the device, as a JSON object.
    public static final String DESIRED = "desired";

    public static boolean isName(String name) {
        return name.length() <= MAX_NAME && SenMlName.isValid(name);
    }

    public static boolean fits(String json) {
        return !json.isEmpty() && json.getBytes(StandardCharsets.UTF_8).length <= MAX_JSON_BYTES;
    }

    /// A new command, signed.
    public static Command sign(
            LedgerId ledger,
            Signer nodeKey,
            DeviceId device,
            long number,
            String name,
            String params,
            long issuedMs,
            long expiresMs) {
        byte[] payload = new CborWriter()
                .array(4)
                .text(name)
                .text(params)
                .integer(issuedMs)
                .integer(expiresMs)
                .toBytes();
        byte[] signed = FrameSigner.of(ledger, nodeKey).onBehalfOf(device).sign(number, payload);
        return decode(signed).orThrow();
    }

    /// Reads a command; says nothing yet about who signed it. That `params` is JSON is for who executes it to find.
    public static Result<Command> decode(byte[] received) {
        if (received.length > MAX_BYTES) {
            return malformed("at most " + MAX_BYTES + " bytes");
        }
        return switch (Frame.decode(received)) {
            case Result.No<Frame>(var refused) -> malformed(refused.text());
            case Result.Ok<Frame>(Frame envelope) -> of(envelope);
        };
    }

    private static Result<Command> of(Frame envelope) {
        DeviceId device = envelope.device();
        if (envelope.kind() != CoseKind.COMMAND || device == null || envelope.previous() != Frame.NOT_GIVEN) {
            return malformed("not a command's envelope and payload");
        }
        try {
            CborReader in = CborReader.strict(envelope.payload());
            in.readArrayOf(4);
            String name = in.readText(MAX_NAME);
            String params = in.readText(MAX_JSON_BYTES);
            long issuedMs = in.readUint();
            long expiresMs = in.readUint();
            in.expectEnd();
            if (!isName(name)
                    || params.isEmpty()
                    || expiresMs > Frame.MAX_NUMBER
                    || expiresMs <= issuedMs
                    || expiresMs - issuedMs > MAX_LIFE_MS) {
                return malformed("a name, params and a life of at most 30 days");
            }
            return Result.ok(new Command(envelope, device, envelope.n(), name, params, issuedMs, expiresMs));
        } catch (CborMalformed e) {
            return malformed(String.valueOf(e.getMessage()));
        }
    }

    private static Result<Command> malformed(String text) {
        return Result.no(Refusal.COMMAND_MALFORMED, "not a command: " + text);
    }

    public byte[] bytes() {
        return envelope.bytes();
    }

    /// What a receipt names the command by: H(Sig_structure).
    public byte[] identity(LedgerId ledger, VerifyingKey signer) {
        return envelope.identity(ledger, signer.thumbprint());
    }

    public boolean isSignedBy(LedgerId ledger, VerifyingKey key) {
        return envelope.identityIfSignedBy(ledger, key) != null;
    }
}
