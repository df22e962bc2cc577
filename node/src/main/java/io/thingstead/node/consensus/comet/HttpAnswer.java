package io.thingstead.node.consensus.comet;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/// An answer over HTTP/1.1 (RFC 9112) as the engine gives it: a body of stated length, or in chunks.
///
/// @param isLast whether the connection ends with it
record HttpAnswer(byte[] body, boolean isLast) {
    private static final int MAX_LINE = 4_096;
    private static final int MAX_HEADERS = 100;
    static final int MAX_BODY = 16 << 20;

    /// Reads one answer and nothing beyond it.
    static HttpAnswer read(InputStream in) throws IOException {
        String status = line(in);
        if (!status.startsWith("HTTP/1.1 ")) {
            throw new IOException("not an answer over HTTP/1.1");
        }
        boolean isLast = false;
        boolean isChunked = false;
        long length = -1;
        int headers = 0;
        for (String line = line(in); !line.isEmpty(); line = line(in)) {
            if (++headers > MAX_HEADERS) {
                throw new IOException("over " + MAX_HEADERS + " headers");
            }
            int colon = line.indexOf(':');
            String name = line.substring(0, Math.max(0, colon)).toLowerCase(Locale.ROOT);
            String value = line.substring(colon + 1).strip();
            switch (name) {
                case "connection" -> isLast = value.equalsIgnoreCase("close");
                case "transfer-encoding" -> isChunked = value.equalsIgnoreCase("chunked");
                case "content-length" -> length = number(value, 10);
                default -> {}
            }
        }
        if (!isChunked && length < 0) {
            throw new IOException("an answer of no stated length");
        }
        return new HttpAnswer(isChunked ? chunks(in) : bytes(in, length), isLast);
    }

    private static byte[] chunks(InputStream in) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        while (true) {
            String line = line(in);
            int extension = line.indexOf(';');
            long size = number(extension < 0 ? line : line.substring(0, extension), 16);
            if (size == 0) {
                break;
            }
            if (size > MAX_BODY - all.size()) {
                throw new IOException("a body over " + MAX_BODY + " bytes");
            }
            all.write(bytes(in, size));
            if (!line(in).isEmpty()) {
                throw new IOException("a chunk is longer than it says");
            }
        }
        for (int trailers = 0; !line(in).isEmpty(); trailers++) {
            if (trailers >= MAX_HEADERS) {
                throw new IOException("over " + MAX_HEADERS + " trailers");
            }
        }
        return all.toByteArray();
    }

    private static byte[] bytes(InputStream in, long length) throws IOException {
        if (length > MAX_BODY) {
            throw new IOException("a body over " + MAX_BODY + " bytes");
        }
        byte[] bytes = in.readNBytes((int) length);
        if (bytes.length < length) {
            throw new EOFException("an answer ends early");
        }
        return bytes;
    }

    private static long number(String digits, int radix) throws IOException {
        try {
            long number = Long.parseLong(digits.strip(), radix);
            if (number >= 0) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw new IOException("not a length: " + digits, e);
        }
        throw new IOException("not a length: " + digits);
    }

    private static String line(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream(80);
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0) {
                throw new EOFException("an answer ends early");
            }
            if (line.size() >= MAX_LINE) {
                throw new IOException("a line over " + MAX_LINE + " bytes");
            }
            line.write(b);
        }
        String text = line.toString(StandardCharsets.ISO_8859_1);
        return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
    }
}
