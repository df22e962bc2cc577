package io.thingstead.node.api;

import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;

/// Leaves out how long the answer to a HEAD is. No route was asked, so nobody knows how long that to a GET would be,
/// and a length of 0 would say that there is nothing (RFC 9110, section 9.3.2).
final class HeadAnswer implements Filter {
    @Override
    public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        chain.doFilter(request, response);
        // What goes out before the answer is whole has no length.
        if (((HttpServletRequest) request).getMethod().equals("HEAD") && !response.isCommitted())
            response.flushBuffer();
    }
}
