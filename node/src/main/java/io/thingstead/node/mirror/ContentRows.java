package io.thingstead.node.mirror;

import io.thingstead.kit.crypto.CborReader;
import io.thingstead.kit.crypto.CborWriter;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.LogId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/// How granted contents stand in the store: by log and index; by device; by a device's numbers; how far each grant was
/// followed; and how far what was erased.
final class ContentRows {
    private static final byte BY_INDEX = 1;
    private static final byte BY_DEVICE = 2;
    private static final byte FOLLOWED = 3;
    private static final byte BY_NUMBER = 4;
    private static final byte ERASURES = 5;

    private ContentRows() {}

    /// How far a grant was followed in a log.
    ///
    /// @param grant the event that gave it: a new one is followed from the log's beginning
    record Followed(long grant, long next) {
        byte[] encode() {
            return new CborWriter(24).array(2).integer(grant).integer(next).toBytes();
        }

        static Followed decode(byte[] row) {
            CborReader in = CborReader.strict(row);
            in.readArrayOf(2);
            return new Followed(in.readUint(), in.readUint());
        }
    }

    static byte[] content(LogId log, long index) {
        byte[] name = MirrorRows.log(log);
        return ByteBuffer.allocate(9 + name.length)
                .put(BY_INDEX)
                .put(name)
                .putLong(index)
                .array();
    }

    /// How many of the owner's lists of what it erased are done here.
    static byte[] erasures(LogId log) {
        byte[] name = MirrorRows.log(log);
        return ByteBuffer.allocate(1 + name.length).put(ERASURES).put(name).array();
    }

    static byte[] followed(LogId log, DeviceId device) {
        byte[] name = MirrorRows.log(log);
        byte[] of = device.value().getBytes(StandardCharsets.US_ASCII);
        return ByteBuffer.allocate(1 + name.length + of.length)
                .put(FOLLOWED)
                .put(name)
                .put(of)
                .array();
    }

    /// A device is one member's, whose log it is: the log's number is enough.
    static byte[] ofDevice(DeviceId device, long logNo, long index) {
        byte[] name = device.value().getBytes(StandardCharsets.US_ASCII);
        return ByteBuffer.allocate(14 + name.length)
                .put(BY_DEVICE)
                .put(name)
                .put((byte) 0)
                .putInt((int) logNo)
                .putLong(index)
                .array();
    }

    static byte[] ofNumber(DeviceId device, long n) {
        byte[] name = device.value().getBytes(StandardCharsets.US_ASCII);
        return ByteBuffer.allocate(10 + name.length)
                .put(BY_NUMBER)
                .put(name)
                .put((byte) 0)
                .putLong(n)
                .array();
    }

    /// What stands under a number: where the frame is.
    static byte[] place(LogId log, long index) {
        return ByteBuffer.allocate(12).putInt((int) log.number()).putLong(index).array();
    }

    static LogId logOf(DeviceId device, byte[] rowOfDevice) {
        return new LogId(
                device.member(),
                Integer.toUnsignedLong(ByteBuffer.wrap(rowOfDevice).getInt(rowOfDevice.length - 12)));
    }

    static long indexOf(byte[] rowOfDevice) {
        return ByteBuffer.wrap(rowOfDevice).getLong(rowOfDevice.length - 8);
    }
}
