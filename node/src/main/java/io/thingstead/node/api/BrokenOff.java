package io.thingstead.node.api;

import io.javalin.http.Context;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/// Ends the connection of an answer that failed when a part of it was out, without the end of the answer: nobody shall
/// take what came for whole.
final class BrokenOff implements Filter {
    private static final String FAILED = BrokenOff.class.getName();
    /// For Jetty no status, but the end of the connection.
    private static final int ABORT = -1;

    static void mark(Context context) {
        context.attribute(FAILED, true);
    }

    @Override
    public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        chain.doFilter(request, response);
        if (request.getAttribute(FAILED) != null) ((HttpServletResponse) response).sendError(ABORT);
    }
}
