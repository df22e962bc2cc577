package io.thingstead.node.consensus.comet;

import java.util.Arrays;

/// A vote or a proposal that CometBFT asks the member's engine key to sign, and the bytes that are signed
/// (`tendermint.types.CanonicalVote` and `CanonicalProposal`).
///
/// @param type 1 prevote, 2 precommit, 32 proposal
/// @param polRound of a proposal: the round whose votes it follows, -1 for none
/// @param blockId of the block, empty for a vote for none
/// @param message as it came; the answer repeats it with the signature
record SignRequest(
        int type, long height, long round, long polRound, BlockId blockId, Time time, String chainId, byte[] message) {
    static final int PREVOTE = 1;
    static final int PRECOMMIT = 2;

    /// The step after which a round has no other.
    static final int LAST_STEP = 3;
    static final int PROPOSAL = 32;

    private static final int MAX_CHAIN_ID = 64;

    /// What identifies a block: its hash and the header of its parts.
    record BlockId(byte[] hash, long partsTotal, byte[] partsHash) {
        static final BlockId NONE = new BlockId(new byte[0], 0, new byte[0]);

        boolean isNone() {
            return hash.length == 0 && partsTotal == 0 && partsHash.length == 0;
        }

        static BlockId read(ProtoReader in) {
            byte[] hash = {};
            long total = 0;
            byte[] partsHash = {};
            while (in.next()) {
                switch (in.field()) {
                    case 1 -> hash = in.bytes(32);
                    case 2 -> {
                        ProtoReader parts = in.message();
                        while (parts.next()) {
                            switch (parts.field()) {
                                case 1 -> total = parts.number();
                                case 2 -> partsHash = parts.bytes(32);
                                default -> parts.skip();
                            }
                        }
                    }
                    default -> in.skip();
                }
            }
            return new BlockId(hash, total, partsHash);
        }

        ProtoWriter canonical() {
            return new ProtoWriter()
                    .bytes(1, hash)
                    .message(2, new ProtoWriter().number(1, partsTotal).bytes(2, partsHash));
        }
    }

    /// Reads the body of a SignVoteRequest or SignProposalRequest.
    static SignRequest read(ProtoReader in, boolean isProposal) {
        byte[] message = {};
        String chainId = "";
        while (in.next()) {
            switch (in.field()) {
                case 1 -> message = in.bytes();
                case 2 -> chainId = in.text(MAX_CHAIN_ID);
                default -> in.skip();
            }
        }
        SignRequest request = isProposal ? proposal(message, chainId) : vote(message, chainId);
        if (request.height < 0 || request.round < 0 || !request.time.isInRange()) {
            throw new ProtoMalformed("height, round or time out of range: it could not be kept");
        }
        return request;
    }

    private static SignRequest vote(byte[] message, String chainId) {
        int type = 0;
        long height = 0;
        long round = 0;
        BlockId blockId = BlockId.NONE;
        Time time = Time.ZERO;
        ProtoReader in = new ProtoReader(message);
        while (in.next()) {
            switch (in.field()) {
                case 1 -> type = in.int32();
                case 2 -> height = in.number();
                case 3 -> round = in.number();
                case 4 -> blockId = BlockId.read(in.message());
                case 5 -> time = Time.read(in.message());
                case 9 -> throw new ProtoMalformed("a vote extension, which this network does not use");
                default -> in.skip();
            }
        }
        if (type != PREVOTE && type != PRECOMMIT) {
            throw new ProtoMalformed("a vote of type " + type);
        }
        return new SignRequest(type, height, round, 0, blockId, time, chainId, message);
    }

    private static SignRequest proposal(byte[] message, String chainId) {
        int type = 0;
        long height = 0;
        long round = 0;
        long polRound = 0;
        BlockId blockId = BlockId.NONE;
        Time time = Time.ZERO;
        ProtoReader in = new ProtoReader(message);
        while (in.next()) {
            switch (in.field()) {
                case 1 -> type = in.int32();
                case 2 -> height = in.number();
                case 3 -> round = in.number();
                case 4 -> polRound = in.number();
                case 5 -> blockId = BlockId.read(in.message());
                case 6 -> time = Time.read(in.message());
                default -> in.skip();
            }
        }
        if (type != PROPOSAL) {
            throw new ProtoMalformed("a proposal of type " + type);
        }
        return new SignRequest(type, height, round, polRound, blockId, time, chainId, message);
    }

    boolean isProposal() {
        return type == PROPOSAL;
    }

    /// The order within a round: proposal, prevote, precommit.
    int step() {
        return switch (type) {
            case PROPOSAL -> 1;
            case PREVOTE -> 2;
            default -> LAST_STEP;
        };
    }

    /// What is signed, as of this time.
    byte[] signBytes(Time at) {
        ProtoWriter canonical =
                new ProtoWriter().number(1, type).sfixed64(2, height).sfixed64(3, round);
        if (isProposal()) {
            canonical.number(4, polRound);
        }
        int block = isProposal() ? 5 : 4;
        if (!blockId.isNone()) {
            canonical.message(block, blockId.canonical());
        }
        canonical.message(block + 1, at.write()).text(block + 2, chainId);
        return ProtoWriter.delimited(canonical.toBytes());
    }

    byte[] signBytes() {
        return signBytes(time);
    }

    /// The vote or proposal with time and signature, as the answer holds it.
    byte[] signed(Time at, byte[] signature) {
        ProtoWriter out = new ProtoWriter();
        ProtoReader in = new ProtoReader(message);
        int timeField = isProposal() ? 6 : 5;
        int signatureField = isProposal() ? 7 : 8;
        out.number(1, type).number(2, height).number(3, round);
        if (isProposal()) {
            out.number(4, polRound);
        }
        out.message(timeField - 1, blockId.canonical()).message(timeField, at.write());
        if (!isProposal()) {
            while (in.next()) {
                switch (in.field()) {
                    case 6 -> out.bytes(6, in.bytes(20));
                    case 7 -> out.number(7, in.number());
                    default -> in.skip();
                }
            }
        }
        return out.bytes(signatureField, signature).toBytes();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SignRequest that
                && Arrays.equals(signBytes(), that.signBytes())
                && chainId.equals(that.chainId);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(signBytes());
    }
}
