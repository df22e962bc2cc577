package io.thingstead.node.exchange;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// The head of an HTTP/1.1 message (RFC 9112 §2): its first line and its fields, few, short and in printable ASCII.
record HttpHead(String firstLine, List<Field> fields) {
    static final int MAX_BYTES = 8 * 1024;
    private static final int MAX_FIELDS = 40;

    /// @param name in lower case
    record Field(String name, String value) {}

    /// Reads to the empty line.
    ///
    /// Throws `HttpMalformed` when it is too long or holds what no head does.
    static HttpHead read(int firstByte, InputStream in) throws IOException {
        var lines = new Lines(in, firstByte);
        String first = lines.next();
        List<Field> fields = new ArrayList<>();
        for (String line = lines.next(); !line.isEmpty(); line = lines.next()) {
            if (fields.size() == MAX_FIELDS) {
                throw new HttpMalformed(431, "more than " + MAX_FIELDS + " fields");
            }
            fields.add(parsed(line));
        }
        return new HttpHead(first, List.copyOf(fields));
    }

    private static Field parsed(String line) throws HttpMalformed {
        int colon = line.indexOf(':');
        if (colon < 1 || !line.substring(0, colon).chars().allMatch(HttpHead::isInName)) {
            throw new HttpMalformed(400, "not a field");
        }
        return new Field(
                line.substring(0, colon).toLowerCase(Locale.ROOT),
                line.substring(colon + 1).strip());
    }

    private static boolean isInName(int c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    }

    /// The field's value where it stands once.
    ///
    /// Throws `HttpMalformed` where it stands twice: two readers might take another one each.
    Optional<String> field(String name) throws HttpMalformed {
        List<Field> found =
                fields.stream().filter(field -> field.name.equals(name)).toList();
        if (found.size() > 1) {
            throw new HttpMalformed(400, "more than one field " + name);
        }
        return found.stream().map(Field::value).findFirst();
    }

    boolean isLast() throws HttpMalformed {
        return field("connection").filter("close"::equalsIgnoreCase).isPresent();
    }

    /// Lines that end with CR LF; their bytes are counted over the whole head.
    private static final class Lines {
        private final InputStream in;
        private int pending;
        private int read;

        Lines(InputStream in, int firstByte) {
            this.in = in;
            this.pending = firstByte;
        }

        String next() throws IOException {
            var line = new StringBuilder();
            while (true) {
                int c = one();
                if (c == '\r') {
                    if (one() != '\n') {
                        throw new HttpMalformed(400, "CR without LF");
                    }
                    return line.toString();
                }
                if ((c < ' ' && c != '\t') || c > '~') {
                    throw new HttpMalformed(400, "not printable ASCII");
                }
                line.append((char) c);
            }
        }

        private int one() throws IOException {
            int c = pending;
            pending = -1;
            if (c < 0) {
                c = in.read();
            }
            if (c < 0) {
                throw new EOFException("ended within a head");
            }
            if (++read > MAX_BYTES) {
                throw new HttpMalformed(431, "a head of more than " + MAX_BYTES + " bytes");
            }
            return c;
        }
    }
}
