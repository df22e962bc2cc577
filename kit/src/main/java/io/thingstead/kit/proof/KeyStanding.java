package io.thingstead.kit.proof;

import io.thingstead.kit.crypto.CborMalformed;
import io.thingstead.kit.crypto.CborReader;
import io.thingstead.kit.crypto.CborWriter;
import io.thingstead.kit.merkle.StateMap;
import io.thingstead.kit.merkle.StateProof;
import java.util.Arrays;

/// Section `key`: the record of the key that signed, with its proof of presence in the ledger's state.
public record KeyStanding(byte[] recordBytes, KeyRecord record, StateProof proof) {
    private static final int MAX_RECORD = 1024;

    /// From a key record as the state holds it; throws when it is not one, or the proof is not one of presence.
    public static KeyStanding of(byte[] recordBytes, StateProof proof) {
        if (!proof.provesPresence()) throw new CborMalformed("not a proof of presence");
        return new KeyStanding(recordBytes, KeyRecord.read(recordBytes), proof);
    }

    static KeyStanding read(byte[] section) {
        var in = CborReader.strict(section);
        in.readArrayOf(2);
        var recordBytes = in.readBytes(MAX_RECORD);
        var proof = StateProof.decode(Arrays.copyOfRange(section, in.position(), section.length))
                .orElseThrow(() -> new CborMalformed("not a state proof"));
        return of(recordBytes, proof);
    }

    /// The state root under which this record is the key's.
    byte[] stateRoot() {
        return proof.rootFor(record.stateKey(), StateMap.valueHash(recordBytes));
    }

    byte[] encode() {
        return new CborWriter(512)
                .array(2)
                .bytes(recordBytes)
                .raw(proof.encode())
                .toBytes();
    }
}
