package io.thingstead.kit.model;

import java.util.Optional;

/// A device: `member:name`, where `member` is its home member and `name` is `[a-z0-9-]{1,64}`. Not derived from its
/// key.
public record DeviceId(MemberId member, String name) implements Comparable<DeviceId> {
    private static final int MAX_NAME = 64;

    public DeviceId {
        if (!MemberId.isName(name, MAX_NAME)) {
            throw new IllegalArgumentException("a device's name is 1 to 64 of a-z, 0-9 and '-': " + name);
        }
    }

    public static DeviceId of(String text) {
        return parse(text).orElseThrow(() -> new IllegalArgumentException("not a device id (member:name): " + text));
    }

    public static Optional<DeviceId> parse(String text) {
        int colon = text.indexOf(':');
        if (colon < 1 || text.length() > 97) {
            return Optional.empty();
        }
        String name = text.substring(colon + 1);
        if (!MemberId.isName(name, MAX_NAME)) {
            return Optional.empty();
        }
        return MemberId.parse(text.substring(0, colon)).map(member -> new DeviceId(member, name));
    }

    public String value() {
        return member.value() + ":" + name;
    }

    @Override
    public int compareTo(DeviceId other) {
        return value().compareTo(other.value());
    }

    @Override
    public String toString() {
        return value();
    }
}
