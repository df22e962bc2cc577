package io.thingstead.node.api;

import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/// One listener of the event stream, served by its own virtual thread from a short queue.
final class EventClient {
    /// Above what the ring replays at once, so that only reading too slowly fills it.
    private static final int QUEUE = ReplayRing.EVENTS + 16;

    private static final byte[] BEAT = ": still here\n\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] END = {};

    private final ArrayBlockingQueue<byte[]> queue = new ArrayBlockingQueue<>(QUEUE);
    private volatile boolean ended;

    /// Never waits. A client that has not taken a whole queue of events is let go.
    void offer(byte[] event) {
        if (!ended && !queue.offer(event)) end();
    }

    void end() {
        ended = true;
        queue.clear();
        var _ = queue.offer(END);
    }

    /// Writes events until the connection or the stream ends, or who listens may not any more.
    void serve(HttpServletResponse response, Duration beat, BooleanSupplier still)
            throws IOException, InterruptedException {
        response.setStatus(HttpServletResponse.SC_OK);
        response.setContentType("text/event-stream; charset=utf-8");
        response.setHeader("Cache-Control", "no-store");
        response.setHeader("X-Accel-Buffering", "no");
        var out = response.getOutputStream();
        response.flushBuffer();
        while (!ended) {
            var event = queue.poll(beat.toMillis(), TimeUnit.MILLISECONDS);
            if ((event != null && event.length == 0) || !still.getAsBoolean()) return;
            out.write(event == null ? BEAT : event);
            out.flush();
        }
    }
}
