package io.thingstead.kit.proof;

import io.thingstead.kit.crypto.VerifyingKey;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.LedgerId;
import io.thingstead.kit.model.Result;
import java.util.HexFormat;

/// What a node answers to a device that claims (`docs/formats.md` §6): who it is to be, and the keys by which it knows
/// the member from then on.
///
/// @param logKey verifier key of the member's log, C2SP signed-note
/// @param memberKey the member's node key, which signs commands to the device
public record ClaimAnswer(DeviceId device, LedgerId ledger, String logKey, VerifyingKey memberKey) {
    private static final int MAX_KEY = 200;

    /// Reads the JSON of the answer.
    public static Result<ClaimAnswer> read(byte[] json) {
        try {
            Members in = Members.of("answer", SmallJsonReader.read(json));
            var device = DeviceId.parse(in.text("device")).orElseThrow(() -> new Unreadable("device is not one"));
            var ledger = new LedgerId(in.hex("ledger", 32));
            return Result.ok(new ClaimAnswer(device, ledger, in.text("logKey"), key(in.text("memberKey"))));
        } catch (Unreadable e) {
            return e.refused();
        }
    }

    private static VerifyingKey key(String hex) {
        if (hex.length() <= MAX_KEY && hex.length() % 2 == 0 && hex.matches("[0-9a-f]+")) {
            var key = VerifyingKey.decode(HexFormat.of().parseHex(hex));
            if (key instanceof Result.Ok<VerifyingKey>(VerifyingKey read)) return read;
        }
        throw new Unreadable("memberKey is not a COSE_Key in hex");
    }
}
