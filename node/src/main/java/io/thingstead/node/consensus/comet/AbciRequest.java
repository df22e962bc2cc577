package io.thingstead.node.consensus.comet;

import java.util.ArrayList;
import java.util.List;

/// What CometBFT asks of the application (ABCI 2.0, `tendermint.abci.Request` of v0.38): only the fields that are used.
sealed interface AbciRequest {
    record Echo(String message) implements AbciRequest {}

    record Flush() implements AbciRequest {}

    record Info(String version) implements AbciRequest {}

    record InitChain(String chainId, long initialHeight) implements AbciRequest {}

    record Query(String path) implements AbciRequest {}

    record CheckTx(byte[] tx) implements AbciRequest {}

    record Commit() implements AbciRequest {}

    record ListSnapshots() implements AbciRequest {}

    record OfferSnapshot(Snapshot snapshot, byte[] appHash) implements AbciRequest {}

    record LoadSnapshotChunk(long height, int format, int chunk) implements AbciRequest {}

    record ApplySnapshotChunk(int index, byte[] chunk, String sender) implements AbciRequest {}

    record PrepareProposal(long maxBytes, List<byte[]> txs, long height, Time time) implements AbciRequest {}

    record ProcessProposal(Block block) implements AbciRequest {}

    record ExtendVote() implements AbciRequest {}

    record VerifyVoteExtension() implements AbciRequest {}

    record FinalizeBlock(Block block) implements AbciRequest {}

    /// Anything else: answered with an exception, which ends the engine.
    record Unknown(int field) implements AbciRequest {}

    /// A block, proposed or decided.
    record Block(List<byte[]> txs, List<Misbehavior> misbehavior, byte[] hash, long height, Time time) {
        public Block {
            txs = List.copyOf(txs);
            misbehavior = List.copyOf(misbehavior);
        }
    }

    /// What a validator was caught at: 1 two votes in one round, 2 an attack on light clients.
    record Misbehavior(int type, byte[] address, long height) {}

    record Snapshot(long height, int format, int chunks, byte[] hash, byte[] metadata) {
        static Snapshot read(ProtoReader in) {
            long height = 0;
            int format = 0;
            int chunks = 0;
            byte[] hash = {};
            byte[] metadata = {};
            while (in.next()) {
                switch (in.field()) {
                    case 1 -> height = in.number();
                    case 2 -> format = in.int32();
                    case 3 -> chunks = in.int32();
                    case 4 -> hash = in.bytes();
                    case 5 -> metadata = in.bytes();
                    default -> in.skip();
                }
            }
            return new Snapshot(height, format, chunks, hash, metadata);
        }

        ProtoWriter write() {
            return new ProtoWriter()
                    .number(1, height)
                    .number(2, format)
                    .number(3, chunks)
                    .bytes(4, hash)
                    .bytes(5, metadata);
        }
    }

    /// Malformed bytes throw [ProtoMalformed].
    static AbciRequest decode(byte[] bytes) {
        ProtoReader in = new ProtoReader(bytes);
        if (!in.next()) {
            throw new ProtoMalformed("an empty request");
        }
        int field = in.field();
        ProtoReader body = in.message();
        if (in.next()) {
            throw new ProtoMalformed("more than one request in a message");
        }
        return switch (field) {
            case 1 -> new Echo(onlyText(body));
            case 2 -> new Flush();
            case 3 -> new Info(onlyText(body));
            case 5 -> initChain(body);
            case 6 -> query(body);
            case 8 -> checkTx(body);
            case 11 -> new Commit();
            case 12 -> new ListSnapshots();
            case 13 -> offerSnapshot(body);
            case 14 -> loadSnapshotChunk(body);
            case 15 -> applySnapshotChunk(body);
            case 16 -> prepareProposal(body);
            case 17 -> new ProcessProposal(block(body));
            case 18 -> new ExtendVote();
            case 19 -> new VerifyVoteExtension();
            case 20 -> new FinalizeBlock(block(body));
            default -> new Unknown(field);
        };
    }

    private static String onlyText(ProtoReader in) {
        String text = "";
        while (in.next()) {
            if (in.field() == 1) {
                text = in.text(4_096);
            } else {
                in.skip();
            }
        }
        return text;
    }

    private static InitChain initChain(ProtoReader in) {
        String chainId = "";
        long initialHeight = 0;
        while (in.next()) {
            switch (in.field()) {
                case 2 -> chainId = in.text(64);
                case 6 -> initialHeight = in.number();
                default -> in.skip();
            }
        }
        return new InitChain(chainId, initialHeight);
    }

    private static Query query(ProtoReader in) {
        String path = "";
        while (in.next()) {
            if (in.field() == 2) {
                path = in.text(512);
            } else {
                in.skip();
            }
        }
        return new Query(path);
    }

    private static CheckTx checkTx(ProtoReader in) {
        byte[] tx = {};
        while (in.next()) {
            if (in.field() == 1) {
                tx = in.bytes();
            } else {
                in.skip();
            }
        }
        return new CheckTx(tx);
    }

    private static OfferSnapshot offerSnapshot(ProtoReader in) {
        Snapshot snapshot = Snapshot.read(new ProtoReader(new byte[0]));
        byte[] appHash = {};
        while (in.next()) {
            switch (in.field()) {
                case 1 -> snapshot = Snapshot.read(in.message());
                case 2 -> appHash = in.bytes(64);
                default -> in.skip();
            }
        }
        return new OfferSnapshot(snapshot, appHash);
    }

    private static LoadSnapshotChunk loadSnapshotChunk(ProtoReader in) {
        long height = 0;
        int format = 0;
        int chunk = 0;
        while (in.next()) {
            switch (in.field()) {
                case 1 -> height = in.number();
                case 2 -> format = in.int32();
                case 3 -> chunk = in.int32();
                default -> in.skip();
            }
        }
        return new LoadSnapshotChunk(height, format, chunk);
    }

    private static ApplySnapshotChunk applySnapshotChunk(ProtoReader in) {
        int index = 0;
        byte[] chunk = {};
        String sender = "";
        while (in.next()) {
            switch (in.field()) {
                case 1 -> index = in.int32();
                case 2 -> chunk = in.bytes();
                case 3 -> sender = in.text(128);
                default -> in.skip();
            }
        }
        return new ApplySnapshotChunk(index, chunk, sender);
    }

    private static PrepareProposal prepareProposal(ProtoReader in) {
        long maxBytes = 0;
        List<byte[]> txs = new ArrayList<>();
        long height = 0;
        Time time = Time.ZERO;
        while (in.next()) {
            switch (in.field()) {
                case 1 -> maxBytes = in.number();
                case 2 -> txs.add(in.bytes());
                case 5 -> height = in.number();
                case 6 -> time = Time.read(in.message());
                default -> in.skip();
            }
        }
        return new PrepareProposal(maxBytes, txs, height, time);
    }

    /// The fields that RequestProcessProposal and RequestFinalizeBlock have in common, under the same numbers.
    private static Block block(ProtoReader in) {
        List<byte[]> txs = new ArrayList<>();
        List<Misbehavior> misbehavior = new ArrayList<>();
        byte[] hash = {};
        long height = 0;
        Time time = Time.ZERO;
        while (in.next()) {
            switch (in.field()) {
                case 1 -> txs.add(in.bytes());
                case 3 -> misbehavior.add(misbehavior(in.message()));
                case 4 -> hash = in.bytes(32);
                case 5 -> height = in.number();
                case 6 -> time = Time.read(in.message());
                default -> in.skip();
            }
        }
        return new Block(txs, misbehavior, hash, height, time);
    }

    private static Misbehavior misbehavior(ProtoReader in) {
        int type = 0;
        byte[] address = {};
        long height = 0;
        while (in.next()) {
            switch (in.field()) {
                case 1 -> type = in.int32();
                case 2 -> address = address(in.message());
                case 3 -> height = in.number();
                default -> in.skip();
            }
        }
        return new Misbehavior(type, address, height);
    }

    private static byte[] address(ProtoReader validator) {
        byte[] address = {};
        while (validator.next()) {
            if (validator.field() == 1) {
                address = validator.bytes(20);
            } else {
                validator.skip();
            }
        }
        return address;
    }
}
