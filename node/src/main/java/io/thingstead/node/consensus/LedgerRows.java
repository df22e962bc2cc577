package io.thingstead.node.consensus;

import io.thingstead.kit.crypto.CborReader;
import io.thingstead.kit.crypto.CborWriter;
import io.thingstead.kit.model.LedgerId;
import io.thingstead.kit.model.LogId;
import io.thingstead.node.ledger.Position;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// How the ledger's rows stand in the store: their keys, and the few values that are not defined elsewhere.
final class LedgerRows {
    static final byte[] TIP = utf8("ledger/tip");

    private static final byte BLOCK = 0;
    private static final byte SIGNATURE = 1;

    /// The last committed block.
    record Tip(Position position, byte[] headerHash, byte[] appHash, byte[] eventsEdge) {
        byte[] encode() {
            return new CborWriter(256)
                    .array(8)
                    .bytes(position.ledger().bytes())
                    .integer(position.era())
                    .integer(position.height())
                    .integer(position.blockTime())
                    .integer(position.stillMs())
                    .bytes(headerHash)
                    .bytes(appHash)
                    .bytes(eventsEdge)
                    .toBytes();
        }

        static Tip decode(byte[] value) {
            CborReader in = CborReader.strict(value);
            in.readArrayOf(8);
            Position position = new Position(
                    new LedgerId(in.readBytesOf(32)), in.readUint(), in.readUint(), in.readUint(), in.readUint());
            return new Tip(position, in.readBytesOf(32), in.readBytesOf(32), in.readBytes(4_096));
        }
    }

    /// A block as it is kept: its header and transactions.
    record StoredBlock(byte[] header, List<byte[]> transactions) {
        byte[] encode() {
            CborWriter out = new CborWriter(512).array(2).bytes(header).array(transactions.size());
            transactions.forEach(out::bytes);
            return out.toBytes();
        }

        static StoredBlock decode(byte[] value) {
            CborReader in = CborReader.strict(value);
            in.readArrayOf(2);
            byte[] header = in.readBytes(1_024);
            int count = in.readArray(Integer.MAX_VALUE);
            List<byte[]> transactions = new ArrayList<>(count);
            for (int i = 0; i < count; i++) {
                transactions.add(in.readBytes(Integer.MAX_VALUE));
            }
            return new StoredBlock(header, transactions);
        }
    }

    private LedgerRows() {}

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static byte[] block(long height) {
        return ByteBuffer.allocate(9).putLong(height).put(BLOCK).array();
    }

    static byte[] signature(long height) {
        return ByteBuffer.allocate(9).putLong(height).put(SIGNATURE).array();
    }

    static byte[] event(long number) {
        return ByteBuffer.allocate(8).putLong(number).array();
    }

    /// A complete subtree of the tree of events, above its leaves. Its 9 bytes never meet an event's 8: event numbers
    /// stay below 2^56, so that no event's key starts with a level.
    static byte[] eventNode(int level, long index) {
        return ByteBuffer.allocate(9).put((byte) level).putLong(index).array();
    }

    static byte[] anchor(LogId log, long toSize) {
        byte[] prefix = utf8("a/" + log.member().value() + "/");
        return ByteBuffer.allocate(prefix.length + 16)
                .put(prefix)
                .putLong(log.number())
                .putLong(toSize)
                .array();
    }

    static byte[] history(String subject, long eventNo) {
        byte[] prefix = utf8("s/" + subject + "\0");
        return ByteBuffer.allocate(prefix.length + 8)
                .put(prefix)
                .putLong(eventNo)
                .array();
    }
}
