package io.thingstead.node.command;

import io.thingstead.kit.model.DeviceId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/// How commands stand in the store, beside the leaves that hold them. Numbers in keys are big-endian.
final class CommandRows {
    /// Step of a command's own leaf; other steps are outcomes.
    static final int ISSUED = 0;

    private static final byte STEP = 1;
    private static final byte OPEN = 2;
    private static final byte DESIRED = 3;
    private static final int NUMBER = Long.BYTES;

    private CommandRows() {}

    /// In which log, at which index.
    record Place(long log, long index) {
        static Place of(byte[] row) {
            ByteBuffer in = ByteBuffer.wrap(row);
            return new Place(in.getLong(), in.getLong());
        }

        byte[] row() {
            return ByteBuffer.allocate(16).putLong(log).putLong(index).array();
        }
    }

    /// Of a device, ended by a byte that no name has.
    private static ByteBuffer key(byte family, DeviceId device, int more) {
        byte[] name = device.value().getBytes(StandardCharsets.US_ASCII);
        return ByteBuffer.allocate(2 + name.length + more).put(family).put(name).put((byte) 0);
    }

    static byte[] step(DeviceId device, long number, int step) {
        return key(STEP, device, NUMBER + 1).putLong(number).put((byte) step).array();
    }

    static int stepOf(byte[] key) {
        return key[key.length - 1] & 0xff;
    }

    static long numberOfStep(byte[] key) {
        return ByteBuffer.wrap(key).getLong(key.length - 1 - NUMBER);
    }

    static byte[] open(DeviceId device, long number) {
        return key(OPEN, device, NUMBER).putLong(number).array();
    }

    static byte[] desired(DeviceId device) {
        return key(DESIRED, device, 0).array();
    }

    static byte[] allOpen() {
        return new byte[] {OPEN};
    }

    static byte[] afterOpen() {
        return new byte[] {OPEN + 1};
    }

    static DeviceId deviceOfOpen(byte[] key) {
        return DeviceId.of(new String(key, 1, key.length - 2 - NUMBER, StandardCharsets.US_ASCII));
    }

    static long numberOfOpen(byte[] key) {
        return ByteBuffer.wrap(key).getLong(key.length - NUMBER);
    }
}
