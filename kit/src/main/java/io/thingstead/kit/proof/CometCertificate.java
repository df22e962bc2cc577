package io.thingstead.kit.proof;

import io.thingstead.kit.crypto.CborMalformed;
import io.thingstead.kit.crypto.CborReader;
import io.thingstead.kit.crypto.CborWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// A block of CometBFT is final when members with more than two thirds of the power have precommitted it in one round.
/// Who the members are is not said here: a verifier knows, or it proves nothing.
///
/// @param partsTotal with `partsHash`, how the block was cut for transport; part of what is signed
public record CometCertificate(
        int rulesVersion, CometHeader header, long round, long partsTotal, byte[] partsHash, List<Vote> votes)
        implements Certificate {
    static final int KIND = 2;
    static final int MAX_VOTES = 1_000;

    private static final int PRECOMMIT = 2;
    private static final int SIGNATURE_BYTES = 64;
    private static final long MAX_ROUND = Integer.MAX_VALUE;

    /// A member's precommit: its place in the set, its own time, its signature.
    public record Vote(int index, long seconds, long nanos, byte[] signature) {}

    public CometCertificate {
        votes = List.copyOf(votes);
    }

    /// Reads on after the kind.
    static CometCertificate readRest(CborReader in) {
        if (SectionCbor.uint(in) != AppHash.RULES_VERSION) throw new CborMalformed("an unknown version of the rules");
        var header = CometHeader.read(in);
        long round = SectionCbor.uint(in);
        if (round > MAX_ROUND) throw new CborMalformed("a round out of range");
        in.readArrayOf(2);
        long partsTotal = SectionCbor.uint(in);
        var partsHash = SectionCbor.hash(in);
        int count = in.readArray(MAX_VOTES);
        var votes = new ArrayList<Vote>(count);
        for (int i = 0; i < count; i++) {
            in.readArrayOf(4);
            int index = in.readUint(MAX_VOTES - 1);
            if (!votes.isEmpty() && index <= votes.getLast().index) throw new CborMalformed("votes out of order");
            votes.add(new Vote(index, CometHeader.seconds(in), CometHeader.nanos(in), in.readBytesOf(SIGNATURE_BYTES)));
        }
        in.expectEnd();
        return new CometCertificate(AppHash.RULES_VERSION, header, round, partsTotal, partsHash, votes);
    }

    /// What the member at a vote signed: the canonical precommit for this block.
    byte[] signBytes(Vote vote) {
        return new CometBytes()
                .number(1, PRECOMMIT)
                .sfixed64(2, header.height())
                .sfixed64(3, round)
                .message(4, CometBytes.blockId(header.hash(), partsTotal, partsHash))
                .message(5, CometBytes.time(vote.seconds, vote.nanos))
                .bytes(6, header.chainId().getBytes(StandardCharsets.UTF_8))
                .delimited();
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
        var out = new CborWriter(512 + votes.size() * 96).array(6).integer(KIND).integer(rulesVersion);
        header.write(out);
        out.integer(round).array(2).integer(partsTotal).bytes(partsHash).array(votes.size());
        for (var vote : votes) {
            out.array(4)
                    .integer(vote.index)
                    .integer(vote.seconds)
                    .integer(vote.nanos)
                    .bytes(vote.signature);
        }
        return out.toBytes();
    }
}
