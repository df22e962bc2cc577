package io.thingstead.kit.proof;

import io.thingstead.kit.crypto.CborMalformed;
import io.thingstead.kit.crypto.CborReader;
import io.thingstead.kit.crypto.CborWriter;
import io.thingstead.kit.merkle.MerkleTree;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;

/// The header of a block made by CometBFT (`docs/formats.md` §7; `tendermint.types.Header` of v0.38). Its app hash is
/// the
/// one before the block: the state after a block stands in the next block's header.
public record CometHeader(
        long versionBlock,
        long versionApp,
        String chainId,
        long height,
        long seconds,
        long nanos,
        byte[] lastBlockHash,
        long lastPartsTotal,
        byte[] lastPartsHash,
        byte[] lastCommitHash,
        byte[] dataHash,
        byte[] validatorsHash,
        byte[] nextValidatorsHash,
        byte[] consensusHash,
        byte[] appHash,
        byte[] lastResultsHash,
        byte[] evidenceHash,
        byte[] proposerAddress) {
    private static final int FIELDS = 18;
    private static final int ADDRESS_BYTES = 20;
    private static final int MAX_CHAIN_ID = 50;
    private static final long NANOS_PER_S = 1_000_000_000;
    private static final long MAX_SECONDS = 1L << 40;

    static CometHeader read(CborReader in) {
        in.readArrayOf(FIELDS);
        return new CometHeader(
                SectionCbor.uint(in),
                SectionCbor.uint(in),
                in.readText(MAX_CHAIN_ID),
                SectionCbor.uint(in),
                seconds(in),
                nanos(in),
                hashOrNone(in),
                SectionCbor.uint(in),
                hashOrNone(in),
                hashOrNone(in),
                hashOrNone(in),
                SectionCbor.hash(in),
                SectionCbor.hash(in),
                hashOrNone(in),
                SectionCbor.hash(in),
                hashOrNone(in),
                hashOrNone(in),
                in.readBytesOf(ADDRESS_BYTES));
    }

    static long seconds(CborReader in) {
        long seconds = SectionCbor.uint(in);
        if (seconds >= MAX_SECONDS) throw new CborMalformed("a time out of range");
        return seconds;
    }

    static long nanos(CborReader in) {
        long nanos = SectionCbor.uint(in);
        if (nanos >= NANOS_PER_S) throw new CborMalformed("nanoseconds over a second");
        return nanos;
    }

    private static byte[] hashOrNone(CborReader in) {
        byte[] hash = in.readBytes(MerkleTree.HASH_BYTES);
        if (hash.length != 0 && hash.length != MerkleTree.HASH_BYTES) throw new CborMalformed("not a hash");
        return hash;
    }

    void write(CborWriter out) {
        out.array(FIELDS)
                .integer(versionBlock)
                .integer(versionApp)
                .text(chainId)
                .integer(height)
                .integer(seconds)
                .integer(nanos)
                .bytes(lastBlockHash)
                .integer(lastPartsTotal);
        Stream.of(
                        lastPartsHash,
                        lastCommitHash,
                        dataHash,
                        validatorsHash,
                        nextValidatorsHash,
                        consensusHash,
                        appHash,
                        lastResultsHash,
                        evidenceHash,
                        proposerAddress)
                .forEach(out::bytes);
    }

    /// Block time in whole milliseconds, rounded down.
    public long blockTime() {
        return seconds * 1_000 + nanos / 1_000_000;
    }

    /// The block's hash: the root of the tree over the header's fields, each in its protobuf form.
    public byte[] hash() {
        var leaves = Stream.concat(
                        Stream.of(
                                new CometBytes().number(1, versionBlock).number(2, versionApp),
                                new CometBytes().bytes(1, chainId.getBytes(StandardCharsets.UTF_8)),
                                new CometBytes().number(1, height),
                                CometBytes.time(seconds, nanos),
                                CometBytes.blockId(lastBlockHash, lastPartsTotal, lastPartsHash)),
                        Stream.of(
                                        lastCommitHash,
                                        dataHash,
                                        validatorsHash,
                                        nextValidatorsHash,
                                        consensusHash,
                                        appHash,
                                        lastResultsHash,
                                        evidenceHash,
                                        proposerAddress)
                                .map(field -> new CometBytes().bytes(1, field)))
                .map(leaf -> MerkleTree.leafHash(leaf.toBytes()))
                .toList();
        return MerkleTree.root(List.copyOf(leaves));
    }
}
