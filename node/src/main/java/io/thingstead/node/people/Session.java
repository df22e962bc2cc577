package io.thingstead.node.people;

import io.thingstead.kit.crypto.CborReader;
import io.thingstead.kit.crypto.CborWriter;

/// Somebody is signed in, in one browser.
///
/// @param id the hash of what the browser's cookie holds
/// @param agent what the browser says it is
/// @param seenMs when it last asked something, kept now and then
public record Session(String id, String person, String agent, long createdMs, long seenMs) implements Row {
    static final int MOST_AGENT = 200;
    private static final int SHORT = 16;

    /// What names it in lists: no way back to the cookie.
    public String shortId() {
        return id.substring(0, SHORT);
    }

    Session seen(long nowMs) {
        return new Session(id, person, agent, createdMs, nowMs);
    }

    @Override
    public Kind kind() {
        return Kind.SESSION;
    }

    @Override
    public byte[] value() {
        return new CborWriter()
                .array(4)
                .text(person)
                .text(agent)
                .integer(createdMs)
                .integer(seenMs)
                .toBytes();
    }

    static Session read(String id, CborReader in) {
        in.readArrayOf(4);
        return new Session(id, in.readText(64), in.readText(4 * MOST_AGENT), in.readUint(), in.readUint());
    }
}
