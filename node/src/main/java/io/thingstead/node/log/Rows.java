package io.thingstead.node.log;

import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.Thumbprint;
import io.thingstead.kit.model.TrustLevel;
import io.thingstead.node.storage.StoreException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// How the log's rows stand in the store. Numbers in keys are big-endian, so that their order is the keys' order.
final class Rows {
    /// Forms of a content row: with what the leaf commits to, or, where that is erased, with the commitment alone.
    private static final byte WHOLE = 1;

    private static final byte ERASED = 2;
    private static final int COMMITMENT_BYTES = 32;

    private static final byte STREAM_BY_KEY = 1;
    private static final byte STREAM_BY_ID = 2;
    private static final byte STREAM_BY_DEVICE = 3;

    /// Form of a stream; 0: a key's own.
    private static final byte ON_BEHALF = 1;

    private static final byte COMMANDS = 2;

    private Rows() {}

    /// A content row: whose frame it is, and the leaf's commitment.
    sealed interface Leaf {
        int stream();

        long n();

        int kind();

        byte[] commitment();
    }

    /// With what the commitment is made of.
    record Content(int stream, long n, byte[] salt, int kind, long receivedMs, byte[] content) implements Leaf {
        @Override
        public byte[] commitment() {
            return Entries.commitment(salt, kind, receivedMs, content);
        }
    }

    /// What is left of it.
    record Erased(int stream, long n, int kind, byte[] commitment) implements Leaf {}

    /// Where a number of a stream stands.
    record Place(long log, long index) {}

    static byte[] log(long log) {
        return ByteBuffer.allocate(4).putInt((int) log).array();
    }

    static byte[] leafKey(long log, long index) {
        return ByteBuffer.allocate(12).putInt((int) log).putLong(index).array();
    }

    static long indexOf(byte[] leafKey) {
        return ByteBuffer.wrap(leafKey).getLong(4);
    }

    /// Tiles stand in the order in which they are completed: by the leaf after their last one, then by level.
    static byte[] tileKey(long log, int level, long tile) {
        long end = (tile + 1) << (TileNodes.LEVELS * (level + 1));
        return ByteBuffer.allocate(13)
                .putInt((int) log)
                .putLong(end)
                .put((byte) level)
                .array();
    }

    static byte[] numberKey(int stream, long n) {
        return ByteBuffer.allocate(12).putInt(stream).putLong(n).array();
    }

    static byte[] sequenceKey(int stream) {
        return ByteBuffer.allocate(4).putInt(stream).array();
    }

    static long numberOf(byte[] numberKey) {
        return ByteBuffer.wrap(numberKey).getLong(4);
    }

    static byte[] place(long log, long index) {
        return new VarWriter(20).put(log).put(index).bytes();
    }

    static Place place(byte[] row) {
        var in = ByteBuffer.wrap(row);
        return new Place(VarWriter.get(in), VarWriter.get(in));
    }

    static byte[] content(int stream, long n, byte[] salt, int kind, long receivedMs, byte[] content) {
        return new VarWriter(52 + salt.length + content.length)
                .put(WHOLE)
                .put(stream)
                .put(n)
                .put(kind)
                .putLong(receivedMs)
                .put(salt)
                .put(content)
                .bytes();
    }

    static byte[] erased(Erased leaf) {
        return new VarWriter(64)
                .put(ERASED)
                .put(leaf.stream)
                .put(leaf.n)
                .put(leaf.kind)
                .put(leaf.commitment)
                .bytes();
    }

    static Leaf leaf(byte[] row) {
        try {
            return leaf(ByteBuffer.wrap(row));
        } catch (BufferUnderflowException e) {
            throw corrupt("a content row of %d bytes".formatted(row.length));
        }
    }

    private static Leaf leaf(ByteBuffer in) {
        long form = VarWriter.get(in);
        if (form != WHOLE && form != ERASED) throw corrupt("a content row of the unknown form " + form);
        int stream = (int) VarWriter.get(in);
        long n = VarWriter.get(in);
        int kind = (int) VarWriter.get(in);
        if (form == ERASED) {
            var commitment = new byte[COMMITMENT_BYTES];
            in.get(commitment);
            return new Erased(stream, n, kind, commitment);
        }
        long receivedMs = in.getLong();
        var salt = new byte[Entries.SALT_BYTES];
        in.get(salt);
        return new Content(stream, n, salt, kind, receivedMs, rest(in));
    }

    static byte[] streamByKey(DeviceStream stream) {
        var device = stream.device().value().getBytes(StandardCharsets.US_ASCII);
        return ByteBuffer.allocate(34 + device.length)
                .put(STREAM_BY_KEY)
                .put(stream.key().bytes())
                .put(form(stream))
                .put(device)
                .array();
    }

    static byte[] streamById(int id) {
        return ByteBuffer.allocate(5).put(STREAM_BY_ID).putInt(id).array();
    }

    /// The first key after all of [#streamById].
    static byte[] afterStreamsById() {
        return new byte[] {STREAM_BY_ID + 1};
    }

    static int streamId(byte[] keyById) {
        return ByteBuffer.wrap(keyById).getInt(1);
    }

    /// Ends with a byte that no device's name has, so that one name is never the beginning of another.
    static byte[] streamsOfDevice(DeviceId device) {
        var name = device.value().getBytes(StandardCharsets.US_ASCII);
        return ByteBuffer.allocate(2 + name.length)
                .put(STREAM_BY_DEVICE)
                .put(name)
                .put((byte) 0)
                .array();
    }

    static byte[] streamByDevice(DeviceId device, int id) {
        var prefix = streamsOfDevice(device);
        return ByteBuffer.allocate(prefix.length + 4).put(prefix).putInt(id).array();
    }

    static int lastInt(byte[] key) {
        return ByteBuffer.wrap(key).getInt(key.length - 4);
    }

    static byte[] stream(DeviceStream stream) {
        var device = stream.device().value().getBytes(StandardCharsets.US_ASCII);
        return ByteBuffer.allocate(34 + device.length)
                .put(form(stream))
                .put(trust(stream.trust()))
                .put(stream.key().bytes())
                .put(device)
                .array();
    }

    static DeviceStream stream(byte[] row) {
        var device = new String(row, 34, row.length - 34, StandardCharsets.US_ASCII);
        return new DeviceStream(
                new Thumbprint(Arrays.copyOfRange(row, 2, 34)),
                DeviceId.of(device),
                row[0] != 0,
                trust(row[1]),
                row[0] == COMMANDS);
    }

    private static byte form(DeviceStream stream) {
        return stream.isCommands() ? COMMANDS : stream.onBehalf() ? ON_BEHALF : 0;
    }

    private static byte trust(TrustLevel level) {
        return switch (level) {
            case DEVICE_SIGNED -> 1;
            case GATEWAY_SIGNED -> 2;
            case MEMBER_ATTESTED -> 3;
        };
    }

    private static TrustLevel trust(byte row) {
        for (var level : TrustLevel.values()) if (trust(level) == row) return level;
        throw corrupt("an unknown trust level " + row);
    }

    static byte[] evidence(byte[] first, long receivedMs, byte[] second) {
        return new VarWriter(24 + first.length + second.length)
                .put(first.length)
                .put(first)
                .putLong(receivedMs)
                .put(second)
                .bytes();
    }

    static DoubleSigning evidence(byte[] numberKey, byte[] row) {
        var in = ByteBuffer.wrap(row);
        var first = new byte[(int) VarWriter.get(in)];
        in.get(first);
        return new DoubleSigning(numberOf(numberKey), first, in.getLong(), rest(in));
    }

    private static byte[] rest(ByteBuffer in) {
        var rest = new byte[in.remaining()];
        in.get(rest);
        return rest;
    }

    static StoreException corrupt(String what) {
        return new StoreException(StoreException.Category.CORRUPT, "the log's store is damaged: " + what);
    }
}
