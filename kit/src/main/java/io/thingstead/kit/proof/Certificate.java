package io.thingstead.kit.proof;

import io.thingstead.kit.crypto.CborMalformed;
import io.thingstead.kit.crypto.CborReader;

/// Proof that the members of an era committed a block; one form for each kind of engine.
public sealed interface Certificate permits SoloCertificate {
    /// The form of the section `certificate`.
    static Certificate read(byte[] section) {
        var in = CborReader.strict(section);
        in.readArrayOf(4);
        if (SectionCbor.uint(in) != SoloCertificate.KIND) throw new CborMalformed("an unknown kind of certificate");
        return SoloCertificate.readRest(in);
    }

    int rulesVersion();

    /// The app hash that its header holds.
    byte[] appHash();

    byte[] encode();
}
