package io.thingstead.kit.proof;

import io.thingstead.kit.crypto.Base64Url;
import io.thingstead.kit.crypto.VerifyingKey;
import io.thingstead.kit.model.LedgerId;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Result;
import java.util.Arrays;

/// What a node answers over HTTP to a frame it keeps (`docs/formats.md` §6), as far as it can be checked: the promise,
/// and what opens the commitment in it. The rest of the answer is the node's word and not read.
public record FrameAnswer(long receivedMs, byte[] salt, byte[] promise) {
    private static final int SALT_BYTES = 32;

    /// Reads the JSON of the answer.
    public static Result<FrameAnswer> read(byte[] json) {
        try {
            Members in = Members.of("answer", SmallJsonReader.read(json));
            byte[] salt = bytes(in, "salt");
            if (salt.length != SALT_BYTES) throw new Unreadable("a salt has " + SALT_BYTES + " bytes");
            return Result.ok(new FrameAnswer(in.number("receivedMs"), salt, bytes(in, "promise")));
        } catch (Unreadable e) {
            return e.refused();
        }
    }

    private static byte[] bytes(Members in, String name) {
        return Base64Url.decode(in.text(name)).orElseThrow(() -> new Unreadable(name + " is not base64url"));
    }

    /// The promise, when this key made it on this ledger for exactly this frame.
    public Result<Promise> promised(byte[] frame, LedgerId ledger, VerifyingKey logKey) {
        return switch (Promise.open(promise, ledger, logKey)) {
            case Result.No<Promise> no -> no;
            case Result.Ok<Promise>(Promise made) ->
                Arrays.equals(made.entry(), ReadingLeaf.entry(salt, receivedMs, frame))
                        ? Result.ok(made)
                        : Result.no(Refusal.SIGNATURE_INVALID, "the promise is for something else than this frame");
        };
    }
}
