package io.thingstead.node.alarm;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.thingstead.kit.model.DeviceId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/// How rules and alarms stand in the store. Numbers in keys are big-endian; rules and alarms are JSON.
final class AlarmRows {
    private static final byte CURSOR = 1;
    private static final byte RULE = 2;
    private static final byte WATCH = 3;
    private static final byte ALARM = 4;
    private static final byte RAISED = 5;
    private static final byte LATE = 6;
    private static final byte CHANNEL = 7;
    private static final byte PAGE = 8;

    private static final JsonMapper JSON = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    private AlarmRows() {}

    /// Up to which leaf of a log readings were judged, and from which on they are looked back at.
    record Cursor(long next, long warmFrom) {
        static Cursor of(byte[] row) {
            ByteBuffer in = ByteBuffer.wrap(row);
            return new Cursor(in.getLong(), in.getLong());
        }

        byte[] row() {
            return ByteBuffer.allocate(16).putLong(next).putLong(warmFrom).array();
        }
    }

    private static byte[] first(byte family) {
        return new byte[] {family};
    }

    static byte[] cursor(long log) {
        return ByteBuffer.allocate(9).put(CURSOR).putLong(log).array();
    }

    static byte[] firstCursor() {
        return first(CURSOR);
    }

    static byte[] afterCursors() {
        return first((byte) (CURSOR + 1));
    }

    static byte[] rule(String id) {
        return named(RULE, id);
    }

    private static byte[] named(byte family, String text) {
        byte[] name = ascii(text);
        return ByteBuffer.allocate(1 + name.length).put(family).put(name).array();
    }

    private static String name(byte[] key) {
        return new String(key, 1, key.length - 1, StandardCharsets.US_ASCII);
    }

    static String idOfRule(byte[] key) {
        return name(key);
    }

    static byte[] firstRule() {
        return first(RULE);
    }

    static byte[] afterRules() {
        return first((byte) (RULE + 1));
    }

    /// Of a rule, ended by a byte that no name has, then the device.
    static byte[] watch(String rule, DeviceId device) {
        byte[] id = ascii(rule);
        byte[] name = ascii(device.value());
        return ByteBuffer.allocate(2 + id.length + name.length)
                .put(WATCH)
                .put(id)
                .put((byte) 0)
                .put(name)
                .array();
    }

    static byte[] firstWatch() {
        return first(WATCH);
    }

    static byte[] afterWatches() {
        return first((byte) (WATCH + 1));
    }

    static String ruleOfWatch(byte[] key) {
        String text = name(key);
        return text.substring(0, text.indexOf(0));
    }

    static DeviceId deviceOfWatch(byte[] key) {
        String text = name(key);
        return DeviceId.of(text.substring(text.indexOf(0) + 1));
    }

    static byte[] alarm(long number) {
        return ByteBuffer.allocate(9).put(ALARM).putLong(number).array();
    }

    static long numberOfAlarm(byte[] key) {
        return ByteBuffer.wrap(key).getLong(1);
    }

    static byte[] firstAlarm() {
        return first(ALARM);
    }

    static byte[] afterAlarms() {
        return first((byte) (ALARM + 1));
    }

    /// There while the alarm is raised.
    static byte[] raised(long number) {
        return ByteBuffer.allocate(9).put(RAISED).putLong(number).array();
    }

    static byte[] firstRaised() {
        return first(RAISED);
    }

    static byte[] afterRaised() {
        return first((byte) (RAISED + 1));
    }

    static byte[] late(DeviceId device) {
        return named(LATE, device.value());
    }

    static byte[] firstLate() {
        return first(LATE);
    }

    static byte[] afterLate() {
        return first((byte) (LATE + 1));
    }

    static DeviceId deviceOfLate(byte[] key) {
        return DeviceId.of(name(key));
    }

    static byte[] channel(String name) {
        return named(CHANNEL, name);
    }

    static byte[] firstChannel() {
        return first(CHANNEL);
    }

    static byte[] afterChannels() {
        return first((byte) (CHANNEL + 1));
    }

    static String nameOfChannel(byte[] key) {
        return name(key);
    }

    /// The one that says where people look at alarms.
    static byte[] page() {
        return first(PAGE);
    }

    static byte[] json(Object value) {
        try {
            return JSON.writeValueAsBytes(value);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    static <T> T read(byte[] json, Class<T> type) {
        try {
            return JSON.readValue(json, type);
        } catch (IOException e) {
            throw new UncheckedIOException("a row of the alarms cannot be read", e);
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
