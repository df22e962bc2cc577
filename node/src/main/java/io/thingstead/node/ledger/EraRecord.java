package io.thingstead.node.ledger;

import io.thingstead.kit.crypto.CborReader;
import io.thingstead.kit.crypto.CborWriter;
import io.thingstead.kit.crypto.VerifyingKey;
import io.thingstead.kit.model.LedgerId;
import io.thingstead.kit.model.MemberId;
import io.thingstead.kit.proof.TrustFile;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/// A stretch of the ledger under one engine. A new era starts when the engine changes.
public record EraRecord(
        long number,
        String engine,
        String chainId,
        long initialHeight,
        long firstEvent,
        byte[] previousAppHash,
        List<EraMember> members) {
    public static final String SOLO = "solo";
    public static final String COMET = "comet";

    /// A member that signs blocks in this era.
    public record EraMember(MemberId member, VerifyingKey engineKey, long power) {
        public TrustFile.EraMember forTrust() {
            return new TrustFile.EraMember(member, engineKey, power);
        }
    }

    public EraRecord {
        members = List.copyOf(members);
    }

    /// The chain id of an engine's chain: `ts-<first 8 hex digits of the ledger's id>-<eraNo>`.
    public static String chainId(LedgerId ledger, long number) {
        return "ts-" + ledger.hex().substring(0, 8) + "-" + number;
    }

    /// The era that a draft's block is in.
    public static EraRecord of(Draft draft) {
        return decode(
                Objects.requireNonNull(draft.get(StateKeys.era(draft.block().era())), "the era is in the state"));
    }

    public boolean isSolo() {
        return engine.equals(SOLO);
    }

    public TrustFile.Era forTrust() {
        return forTrust(members);
    }

    /// The era for a verifier of what these members signed.
    public TrustFile.Era forTrust(List<EraMember> voters) {
        return TrustFile.Era.of(
                number,
                engine,
                chainId,
                initialHeight,
                firstEvent,
                previousAppHash,
                voters.stream().map(EraMember::forTrust).toList());
    }

    public byte[] encode() {
        CborWriter out = new CborWriter(160)
                .array(7)
                .integer(number)
                .text(engine)
                .text(chainId)
                .integer(initialHeight)
                .integer(firstEvent)
                .bytes(previousAppHash)
                .array(members.size());
        members.forEach(m -> out.array(3)
                .text(m.member().value())
                .bytes(m.engineKey().coseKey())
                .integer(m.power()));
        return out.toBytes();
    }

    public static EraRecord decode(byte[] value) {
        CborReader in = CborReader.strict(value);
        in.readArrayOf(7);
        long number = in.readUint();
        String engine = in.readText(32);
        String chainId = in.readText(64);
        long initialHeight = in.readUint();
        long firstEvent = in.readUint();
        byte[] previousAppHash = in.readBytesOf(32);
        int count = in.readArray(1_000);
        List<EraMember> members = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            in.readArrayOf(3);
            members.add(new EraMember(
                    new MemberId(in.readText(32)),
                    VerifyingKey.decode(in.readBytes(128)).orThrow(),
                    in.readUint()));
        }
        in.expectEnd();
        return new EraRecord(number, engine, chainId, initialHeight, firstEvent, previousAppHash, members);
    }
}
