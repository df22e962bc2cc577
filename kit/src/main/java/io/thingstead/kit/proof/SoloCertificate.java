package io.thingstead.kit.proof;

import io.thingstead.kit.crypto.CborMalformed;
import io.thingstead.kit.crypto.CborReader;
import io.thingstead.kit.crypto.CborWriter;

/// A block of the solo engine is final when its one member's engine key has signed the header.
public record SoloCertificate(int rulesVersion, SoloHeader header, byte[] signature) implements Certificate {
    static final int KIND = 1;
    private static final int MAX_HEADER = 1024;

    /// Reads on after the kind.
    static SoloCertificate readRest(CborReader in) {
        if (SectionCbor.uint(in) != AppHash.RULES_VERSION) throw new CborMalformed("an unknown version of the rules");
        var header = SoloHeader.read(in.readBytes(MAX_HEADER));
        var signature = in.readBytesOf(64);
        in.expectEnd();
        return new SoloCertificate(AppHash.RULES_VERSION, header, signature);
    }

    @Override
    public long height() {
        return header.height();
    }

    @Override
    public long blockTime() {
        return header.blockTime();
    }

    @Override
    public byte[] headerHash() {
        return header.hash();
    }

    @Override
    public byte[] appHash() {
        return header.appHash();
    }

    @Override
    public byte[] encode() {
        return new CborWriter(288)
                .array(4)
                .integer(KIND)
                .integer(rulesVersion)
                .bytes(header.encode())
                .bytes(signature)
                .toBytes();
    }
}
