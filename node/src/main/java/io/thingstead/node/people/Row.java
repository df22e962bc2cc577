package io.thingstead.node.people;

import io.thingstead.kit.crypto.CborReader;
import java.nio.charset.StandardCharsets;

/// Something about people that is kept: a row of the store's column of people.
sealed interface Row permits Person, Passkey, Session, Link, ApiKey {
    /// The kinds of rows, by the letter with which their keys begin.
    enum Kind {
        PERSON('p'),
        PASSKEY('k'),
        SESSION('s'),
        LINK('l'),
        API_KEY('a');

        private final char letter;

        Kind(char letter) {
            this.letter = letter;
        }

        private Row read(String id, CborReader in) {
            return switch (this) {
                case PERSON -> Person.read(id, in);
                case PASSKEY -> Passkey.read(id, in);
                case SESSION -> Session.read(id, in);
                case LINK -> Link.read(id, in);
                case API_KEY -> ApiKey.read(id, in);
            };
        }
    }

    Kind kind();

    /// Which one of its kind.
    String id();

    byte[] value();

    default byte[] key() {
        return (kind().letter + id()).getBytes(StandardCharsets.US_ASCII);
    }

    static Row read(byte[] key, byte[] value) {
        var text = new String(key, StandardCharsets.US_ASCII);
        for (var kind : Kind.values()) {
            if (text.charAt(0) != kind.letter) continue;
            var in = CborReader.strict(value);
            var row = kind.read(text.substring(1), in);
            in.expectEnd();
            return row;
        }
        throw new IllegalStateException("the column of people has a row of no known kind: " + text.charAt(0));
    }
}
