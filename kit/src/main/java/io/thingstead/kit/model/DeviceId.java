package io.thingstead.kit.model;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A device: `member:name`, where `member` is its home member and `name` is `[a-z0-9-]{1,64}`. Not derived from its
/// key.
public final class DeviceId implements Comparable<DeviceId> {
    private static final int MAX_NAME = 64;
    private static final int MAX_BYTES = 97;

    private final MemberId member;
    /// The whole id: it is asked for far more often than its parts.
    private final String value;

    public DeviceId(MemberId member, String name) {
        if (!MemberId.isName(name, 0, MAX_NAME)) {
            throw new IllegalArgumentException("a device's name is 1 to 64 of a-z, 0-9 and '-': " + name);
        }
        this(member.value() + ":" + name, member);
    }

    private DeviceId(String value, MemberId member) {
        this.value = value;
        this.member = member;
    }

    public static DeviceId of(String text) {
        return parse(text).orElseThrow(() -> new IllegalArgumentException("not a device id (member:name): " + text));
    }

    public static Optional<DeviceId> parse(String text) {
        int colon = text.indexOf(':');
        if (colon < 1 || text.length() > MAX_BYTES || !MemberId.isName(text, colon + 1, MAX_NAME)) {
            return Optional.empty();
        }
        return MemberId.parse(text.substring(0, colon)).map(member -> new DeviceId(text, member));
    }

    public MemberId member() {
        return member;
    }

    public String name() {
        return value.substring(member.value().length() + 1);
    }

    public String value() {
        return value;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof DeviceId that && value.equals(that.value);
    }

    @Override
    public int hashCode() {
        return value.hashCode();
    }

    @Override
    public int compareTo(DeviceId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
