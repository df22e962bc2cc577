package io.thingstead.kit.proof;

import io.thingstead.kit.crypto.CborMalformed;
import io.thingstead.kit.crypto.CborReader;

/// Proof that the members of an era committed a block; one form for each kind of engine.
public sealed interface Certificate permits SoloCertificate, CometCertificate {
    /// The form of the section `certificate`.
    static Certificate read(byte[] section) {
        var in = CborReader.strict(section);
        int elements = in.readArray(6);
        long kind = SectionCbor.uint(in);
        if (kind == SoloCertificate.KIND && elements == 4) return SoloCertificate.readRest(in);
        if (kind == CometCertificate.KIND && elements == 6) return CometCertificate.readRest(in);
        throw new CborMalformed("an unknown kind of certificate");
    }

    int rulesVersion();

    /// The height of its header.
    long height();

    /// The block time in its header, in ms.
    long blockTime();

    byte[] headerHash();

    /// The app hash that its header holds.
    byte[] appHash();

    byte[] encode();
}
