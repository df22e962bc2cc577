package io.thingstead.node.exchange;

import java.io.IOException;
import java.io.InputStream;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A member's request: the path and query of a GET without a body.
///
/// @param isLast whether the connection ends with it
record MemberRequest(String path, boolean isLast) {
    private static final Pattern LINE = Pattern.compile("([A-Z]{1,16}) (\\S{1,2048}) HTTP/1\\.([0-9])");

    /// Segments without `.` and `..`, nothing encoded: a path has one form. The query is the route's to read.
    private static final Pattern PATH = Pattern.compile(
            "(/(?!\\.{1,2}(?:[/?]|$))[A-Za-z0-9._~:@+-]{1,253}){1,32}/?(\\?[A-Za-z0-9._~:@/?=&%+,-]{0,1024})?");

    static MemberRequest read(int firstByte, InputStream in) throws IOException {
        HttpHead head = HttpHead.read(firstByte, in);
        Matcher line = LINE.matcher(head.firstLine());
        if (!line.matches()) {
            throw new HttpMalformed(400, "not a request");
        }
        if (!line.group(3).equals("1")) {
            throw new HttpMalformed(505, "HTTP/1.1 is spoken here");
        }
        if (!line.group(1).equals("GET")) {
            throw new HttpMalformed(405, "members read from each other, nothing else");
        }
        if (head.field("host").isEmpty()) {
            throw new HttpMalformed(400, "Host is missing");
        }
        boolean hasBody = head.field("transfer-encoding").isPresent()
                || head.field("content-length")
                        .filter(length -> !length.equals("0"))
                        .isPresent();
        if (hasBody) {
            throw new HttpMalformed(400, "a question has no body");
        }
        String path = line.group(2);
        if (!PATH.matcher(path).matches()) {
            throw new HttpMalformed(400, "not a path");
        }
        return new MemberRequest(path, head.isLast());
    }
}
