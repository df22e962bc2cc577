package io.thingstead.kit.proof;

import io.thingstead.kit.model.LedgerId;
import io.thingstead.kit.model.LogId;
import io.thingstead.kit.model.Reading;
import io.thingstead.kit.model.Thumbprint;
import io.thingstead.kit.model.TrustLevel;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a proof file says, in facts; proven only when the verdict says so.
///
/// @param device whose readings these are, or the key's owner where no device can be told
/// @param trust null when the key's role cannot sign frames
/// @param frame the frame's bytes as they stand in the log
/// @param notBeforeMs block time of the log's anchor before: T₁
/// @param notAfterMs block time of the anchor that covers the frame: T₂
/// @param whoseWord the members that voted when the certificate was signed
/// @param whoseWordAlone the first member that voted when the log's head was made final
public record Claim(
        LedgerId ledger,
        String device,
        long n,
        List<Reading> readings,
        @Nullable TrustLevel trust,
        Thumbprint key,
        byte[] frame,
        LogId log,
        long index,
        long receivedMs,
        long notBeforeMs,
        long notAfterMs,
        List<String> whoseWord,
        String whoseWordAlone) {
    public Claim {
        readings = List.copyOf(readings);
        whoseWord = List.copyOf(whoseWord);
    }

    static Claim of(ProofFile proof, TrustFile trust) {
        var frame = proof.reading().frame();
        var record = proof.key().record();
        var device = frame.device();
        return new Claim(
                trust.ledger(),
                device == null ? record.owner() : device.value(),
                frame.n(),
                proof.reading().readings(),
                trustLevel(record.role()),
                record.key().thumbprint(),
                frame.bytes(),
                proof.inclusion().log(),
                proof.inclusion().index(),
                proof.reading().receivedMs(),
                proof.anchor().event().previousTime(),
                proof.anchor().event().blockTime(),
                trust.era(proof.era()).stream()
                        .flatMap(era -> era.membersAt(proof.certificate().height()).stream())
                        .map(member -> member.member().value())
                        .toList(),
                trust.era(proof.anchor().event().era())
                        .map(era -> era.membersAt(proof.anchor().event().height())
                                .getFirst()
                                .member()
                                .value())
                        .orElse("nobody known"));
    }

    private static @Nullable TrustLevel trustLevel(long role) {
        return role == 1
                ? TrustLevel.DEVICE_SIGNED
                : role == 2 ? TrustLevel.GATEWAY_SIGNED : role == 3 ? TrustLevel.MEMBER_ATTESTED : null;
    }
}
