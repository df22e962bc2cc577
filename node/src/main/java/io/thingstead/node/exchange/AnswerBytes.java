package io.thingstead.node.exchange;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// An answer on the wire: HTTP/1.1 with its length said beforehand.
final class AnswerBytes {
    private static final Pattern LINE = Pattern.compile("HTTP/1\\.1 ([2-5][0-9]{2})( [ -~]*)?");
    private static final Pattern LENGTH = Pattern.compile("[0-9]{1,9}");
    private static final Pattern MEDIA_TYPE = Pattern.compile("[A-Za-z0-9.+/;= -]{1,100}");

    private AnswerBytes() {}

    /// An answer, and whether the connection ends with it.
    record Received(MemberAnswer answer, boolean isLast) {}

    /// An answer that is longer than who asked bears.
    static final class TooLong extends IOException {
        private static final long serialVersionUID = 1;

        TooLong(long bytes, int maxBytes) {
            super("answers " + bytes + " bytes where " + maxBytes + " are taken");
        }
    }

    static void write(OutputStream out, MemberAnswer answer, boolean last) throws IOException {
        String head = "HTTP/1.1 " + answer.status() + " " + (answer.isOk() ? "OK" : "No") + "\r\nContent-Type: "
                + answer.mediaType() + "\r\nContent-Length: " + answer.body().length
                + (last ? "\r\nConnection: close" : "") + "\r\n\r\n";
        byte[] headBytes = head.getBytes(StandardCharsets.US_ASCII);
        byte[] all = new byte[headBytes.length + answer.body().length];
        System.arraycopy(headBytes, 0, all, 0, headBytes.length);
        System.arraycopy(answer.body(), 0, all, headBytes.length, answer.body().length);
        out.write(all);
        out.flush();
    }

    static Received read(InputStream in, int maxBytes) throws IOException {
        HttpHead head = HttpHead.read(in.read(), in);
        Matcher line = LINE.matcher(head.firstLine());
        if (!line.matches()) {
            throw new HttpMalformed(400, "not an answer");
        }
        int status = Integer.parseInt(line.group(1));
        String length = head.field("content-length")
                .filter(l -> LENGTH.matcher(l).matches())
                .orElse(null);
        if (length == null || head.field("transfer-encoding").isPresent()) {
            throw new HttpMalformed(400, "an answer without its length");
        }
        int bytes = Integer.parseInt(length);
        // Why there is no answer may take more than the answer itself.
        if (bytes > (status == 200 ? maxBytes : Math.max(maxBytes, HttpHead.MAX_BYTES))) {
            throw new TooLong(bytes, maxBytes);
        }
        String mediaType = head.field("content-type")
                .filter(type -> MEDIA_TYPE.matcher(type).matches())
                .orElse(MemberAnswer.BYTES);
        byte[] body = in.readNBytes(bytes);
        if (body.length < bytes) {
            throw new HttpMalformed(400, "the answer ended early");
        }
        return new Received(new MemberAnswer(status, mediaType, body), head.isLast());
    }
}
