package io.thingstead.node.consensus;

import io.thingstead.kit.crypto.CborReader;
import io.thingstead.kit.crypto.CborWriter;
import io.thingstead.kit.model.LedgerId;
import io.thingstead.kit.model.LogId;
import io.thingstead.node.consensus.Application.EraStart;
import io.thingstead.node.ledger.Position;
import io.thingstead.node.storage.Column;
import io.thingstead.node.storage.Store;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/// How the ledger's rows stand in the store: their keys, and the row that says where the ledger stands.
final class LedgerRows {
    static final byte[] TIP = utf8("ledger/tip");
    static final byte[] ERA_START = utf8("ledger/era-start");
    static final byte[] BLOCKS_FROM = utf8("ledger/blocks-from");
    static final byte[] EVENT_GAPS = utf8("ledger/event-gaps");
    static final byte[] BLOCK_GAPS = utf8("ledger/block-gaps");

    /// Stands for the hash of the header before an era's first.
    static final byte[] NO_HEADER = new byte[32];

    private static final byte[] HISTORY = utf8("s/");
    private static final byte BLOCK = 0;
    private static final byte CERTIFICATE = 1;

    /// The last committed block, and the last one that changed anything: a snapshot is taken as of that one, because
    /// the empty blocks after it are not bound in the app hash.
    record Tip(Position position, byte[] headerHash, byte[] appHash, byte[] eventsEdge, Base base) {
        byte[] encode() {
            return new CborWriter(320)
                    .array(11)
                    .bytes(position.ledger().bytes())
                    .integer(position.era())
                    .integer(position.height())
                    .integer(position.blockTime())
                    .integer(position.stillMs())
                    .bytes(headerHash)
                    .bytes(appHash)
                    .bytes(eventsEdge)
                    .integer(base.height())
                    .integer(base.blockTime())
                    .bytes(base.headerHash())
                    .toBytes();
        }

        /// Where the ledger in this store stands.
        static Tip of(Store store) {
            return decode(Objects.requireNonNull(store.get(Column.META, TIP), "the store holds no ledger"));
        }

        static Tip decode(byte[] value) {
            CborReader in = CborReader.strict(value);
            in.readArrayOf(11);
            Position position = new Position(
                    new LedgerId(in.readBytesOf(32)), in.readUint(), in.readUint(), in.readUint(), in.readUint());
            Tip tip = new Tip(
                    position,
                    in.readBytesOf(32),
                    in.readBytesOf(32),
                    in.readBytes(4_096),
                    new Base(in.readUint(), in.readUint(), in.readBytesOf(32)));
            in.expectEnd();
            return tip;
        }
    }

    /// The last block that changed the state, or the start of the era before the first one.
    record Base(long height, long blockTime, byte[] headerHash) {}

    private LedgerRows() {}

    static byte[] eraStart(EraStart start) {
        return new CborWriter(64)
                .array(3)
                .integer(start.era())
                .integer(start.blockTime())
                .bytes(start.appHash())
                .toBytes();
    }

    static EraStart eraStart(byte[] value) {
        CborReader in = CborReader.strict(value);
        in.readArrayOf(3);
        EraStart start = new EraStart(in.readUint(), in.readUint(), in.readBytesOf(32));
        in.expectEnd();
        return start;
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static byte[] block(long height) {
        return ByteBuffer.allocate(9).putLong(height).put(BLOCK).array();
    }

    /// Whether this is a block's key, not its certificate's.
    static boolean isBlock(byte[] key) {
        return key[Long.BYTES] == BLOCK;
    }

    static byte[] certificate(long height) {
        return ByteBuffer.allocate(9).putLong(height).put(CERTIFICATE).array();
    }

    static byte[] event(long number) {
        return ByteBuffer.allocate(8).putLong(number).array();
    }

    /// A complete subtree of the tree of events. No event's key starts like this: their numbers stay below 2^53.
    static byte[] eventNode(int level, long index) {
        return ByteBuffer.allocate(9).put((byte) (0x80 | level)).putLong(index).array();
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
        byte[] text = utf8(subject);
        return ByteBuffer.allocate(HISTORY.length + text.length + 1 + Long.BYTES)
                .put(HISTORY)
                .put(text)
                .put((byte) 0)
                .putLong(eventNo)
                .array();
    }
}
