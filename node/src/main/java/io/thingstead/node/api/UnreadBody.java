package io.thingstead.node.api;

import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.concurrent.TimeUnit;

/// Reads on a while when a request was answered before its body was read. Else the connection would be closed with
/// bytes on their way, and the client, which is still sending, would see a broken connection instead of the answer.
final class UnreadBody implements Filter {
    private static final int MOST_BYTES = 16 << 20;
    private static final long MOST_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final int PART_BYTES = 16_384;

    @Override
    public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        chain.doFilter(request, response);
        if (!hasBody((HttpServletRequest) request)) return;
        var body = request.getInputStream();
        if (body.isFinished()) return;
        // The answer goes out whole first: who reads while sending stops sending. It says that the connection ends,
        // since
        // nobody knows yet whether what is still to come will be read to its end.
        if (!response.isCommitted()) ((HttpServletResponse) response).setHeader("Connection", "close");
        response.getOutputStream().close();
        read(body);
    }

    /// One that waits to be told to go on has sent nothing yet.
    private static boolean hasBody(HttpServletRequest request) {
        return (request.getContentLengthLong() > 0 || request.getHeader("Transfer-Encoding") != null)
                && request.getHeader("Expect") == null;
    }

    private static void read(ServletInputStream body) {
        long until = System.nanoTime() + MOST_NANOS;
        var part = new byte[PART_BYTES];
        try {
            int read = 0;
            while (read < MOST_BYTES && System.nanoTime() - until < 0) {
                int length = body.read(part);
                if (length < 0) return;
                read += length;
            }
        } catch (IOException e) {
            // It is gone: nobody is left to tell.
        }
    }
}
