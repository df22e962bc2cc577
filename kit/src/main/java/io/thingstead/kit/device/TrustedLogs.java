package io.thingstead.kit.device;

import io.thingstead.kit.crypto.Algorithm;
import io.thingstead.kit.crypto.VerifyingKey;
import io.thingstead.kit.merkle.NoteKey;
import io.thingstead.kit.model.LedgerId;
import io.thingstead.kit.model.LogId;
import io.thingstead.kit.model.MemberId;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Result;
import io.thingstead.kit.proof.FrameAnswer;
import io.thingstead.kit.proof.Promise;
import io.thingstead.kit.proof.Receipt;
import java.util.Optional;

/// A member's logs as a device knows them beforehand: what the node answers is believed when the log key has signed it.
///
/// @param domain the member's, with which the logs' origins begin
/// @param key the member's log key
public record TrustedLogs(LedgerId ledger, MemberId member, String domain, VerifyingKey key) {
    private static final int LEDGER_DIGITS = 8;

    /// From the verifier key of one of the member's logs (C2SP signed-note), `<origin>+<id>+<key>`, as the node's
    /// operator gives it out. Empty when it is none, or not of this ledger.
    public static Optional<TrustedLogs> parse(LedgerId ledger, MemberId member, String verifierKey) {
        return NoteKey.parse(verifierKey).flatMap(note -> {
            String[] origin = note.name().split("/", -1);
            boolean isOurs = origin.length == 3 && origin[1].equals(ledger.hex().substring(0, LEDGER_DIGITS));
            return isOurs
                    ? Optional.of(new TrustedLogs(
                            ledger, member, origin[0], VerifyingKey.of(Algorithm.ED25519, note.publicKey())))
                    : Optional.empty();
        });
    }

    /// The promise in an answer over HTTP, when it is one of this member for this frame.
    Result<Promise> promise(byte[] answer, byte[] frame) {
        return switch (FrameAnswer.read(answer)) {
            case Result.No<FrameAnswer>(var refused) -> new Result.No<>(refused);
            case Result.Ok<FrameAnswer>(FrameAnswer read) ->
                switch (read.promised(frame, ledger, key)) {
                    case Result.No<Promise> no -> no;
                    case Result.Ok<Promise>(Promise made) ->
                        made.log().member().equals(member)
                                ? Result.ok(made)
                                : Result.no(Refusal.PROOF_UNREADABLE, "the log is not one of " + member);
                };
        };
    }

    /// Whether a receipt over MQTT shows the frame in one of these logs.
    boolean isProven(Receipt receipt, byte[] frame) {
        String origin = receipt.checkpoint().lines().findFirst().orElse("");
        return isOrigin(origin) && receipt.covers(frame, origin, key);
    }

    private boolean isOrigin(String origin) {
        String number = origin.substring(origin.lastIndexOf('/') + 1);
        return number.matches("[1-9][0-9]{0,9}")
                && Long.parseLong(number) <= LogId.MAX_NUMBER
                && origin.equals(new LogId(member, Long.parseLong(number)).origin(domain, ledger));
    }
}
