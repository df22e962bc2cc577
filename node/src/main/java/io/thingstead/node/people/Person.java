package io.thingstead.node.people;

import io.thingstead.kit.crypto.Base64Url;
import io.thingstead.kit.crypto.CborReader;
import io.thingstead.kit.crypto.CborWriter;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/// Somebody who may sign in.
///
/// @param id random; also what a passkey knows the person by
/// @param name as the others see it, once among all
public record Person(String id, String name, Role role, long createdMs) implements Row {
    static final int MOST_NAME = 64;
    private static final int ID_BYTES = 16;
    /// Letters, digits and what stands between them, in any script.
    private static final Pattern NAME = Pattern.compile("[\\p{L}\\p{N}][\\p{L}\\p{M}\\p{N} .,'@+_-]*");

    static String newId() {
        return Base64Url.encode(Secret.random(ID_BYTES));
    }

    static boolean isName(String name) {
        return name.length() <= MOST_NAME && NAME.matcher(name).matches();
    }

    /// What a passkey knows the person by.
    byte[] handle() {
        return id.getBytes(StandardCharsets.US_ASCII);
    }

    boolean isCalled(String said) {
        return name.equalsIgnoreCase(said);
    }

    Person with(Role other) {
        return new Person(id, name, other, createdMs);
    }

    @Override
    public Kind kind() {
        return Kind.PERSON;
    }

    @Override
    public byte[] value() {
        return new CborWriter()
                .array(3)
                .text(name)
                .text(role.label())
                .integer(createdMs)
                .toBytes();
    }

    static Person read(String id, CborReader in) {
        in.readArrayOf(3);
        return new Person(id, in.readText(4 * MOST_NAME), Role.read(in), in.readUint());
    }
}
