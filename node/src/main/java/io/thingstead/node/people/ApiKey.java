package io.thingstead.node.people;

import io.thingstead.kit.crypto.CborReader;
import io.thingstead.kit.crypto.CborWriter;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/// What a program shows to be let in: `Authorization: Bearer …`.
///
/// @param id the hash of the key
/// @param by who made it
/// @param usedMs when it was last used, kept now and then; 0: never
public record ApiKey(String id, String name, Set<Need> scopes, String by, long createdMs, long usedMs) implements Row {
    private static final int SHORT = 16;

    public ApiKey {
        var copy = EnumSet.noneOf(Need.class);
        copy.addAll(scopes);
        scopes = Collections.unmodifiableSet(copy);
    }

    /// What names it in lists: no way back to the key.
    public String shortId() {
        return id.substring(0, SHORT);
    }

    ApiKey used(long nowMs) {
        return new ApiKey(id, name, scopes, by, createdMs, nowMs);
    }

    @Override
    public Kind kind() {
        return Kind.API_KEY;
    }

    @Override
    public byte[] value() {
        var out = new CborWriter().array(5).text(name).array(scopes.size());
        scopes.forEach(scope -> out.text(scope.label()));
        return out.text(by).integer(createdMs).integer(usedMs).toBytes();
    }

    static ApiKey read(String id, CborReader in) {
        in.readArrayOf(5);
        var name = in.readText(4 * Person.MOST_NAME);
        var scopes = EnumSet.noneOf(Need.class);
        // A scope that this version does not know lets in to nothing.
        for (int left = in.readArray(64); left > 0; left--)
            Need.scope(in.readText(64)).ifPresent(scopes::add);
        return new ApiKey(id, name, scopes, in.readText(8 * Person.MOST_NAME), in.readUint(), in.readUint());
    }
}
