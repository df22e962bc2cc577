package io.thingstead.node.people;

import io.thingstead.kit.crypto.CborReader;
import io.thingstead.kit.crypto.CborWriter;

/// A way in that is open once: it lets a new person become somebody here, or one who is already get another passkey.
///
/// @param id the hash of what the link holds
/// @param person who comes in by it; somebody new where there is no such person
/// @param name of the person, empty where the one who opens it says it
/// @param ofMachine made at the node's machine: who opens it may go without a passkey
/// @param by who made it
/// @param usedMs 0: it is open
public record Link(
        String id,
        String person,
        String name,
        Role role,
        boolean ofMachine,
        String by,
        long createdMs,
        long expiresMs,
        long usedMs)
        implements Row {
    private static final int SHORT = 16;

    /// What names it in lists: no way back to the link.
    public String shortId() {
        return id.substring(0, SHORT);
    }

    public boolean isOpen(long nowMs) {
        return usedMs == 0 && nowMs < expiresMs;
    }

    Link used(long nowMs) {
        return new Link(id, person, name, role, ofMachine, by, createdMs, expiresMs, nowMs);
    }

    @Override
    public Kind kind() {
        return Kind.LINK;
    }

    @Override
    public byte[] value() {
        return new CborWriter()
                .array(8)
                .text(person)
                .text(name)
                .text(role.label())
                .bool(ofMachine)
                .text(by)
                .integer(createdMs)
                .integer(expiresMs)
                .integer(usedMs)
                .toBytes();
    }

    static Link read(String id, CborReader in) {
        in.readArrayOf(8);
        return new Link(
                id,
                in.readText(64),
                in.readText(4 * Person.MOST_NAME),
                Role.read(in),
                in.readBoolean(),
                in.readText(8 * Person.MOST_NAME),
                in.readUint(),
                in.readUint(),
                in.readUint());
    }
}
