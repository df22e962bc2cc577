package io.thingstead.node.exchange;

import java.io.IOException;
import java.net.Socket;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/// Closes connections whose time is up. A socket's own timeout counts from one byte to the next; this one counts for a
/// whole step, so that slow bytes do not help.
final class Deadlines implements AutoCloseable {
    private final ScheduledThreadPoolExecutor clock;

    Deadlines() {
        clock = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "members-deadlines");
            thread.setDaemon(true);
            return thread;
        });
        clock.setRemoveOnCancelPolicy(true);
    }

    /// What must be done in time.
    interface Step extends AutoCloseable {
        boolean isPassed();

        @Override
        void close();
    }

    /// Closes the connection unless the step is closed within this time.
    Step within(Socket socket, long millis) {
        var passed = new java.util.concurrent.atomic.AtomicBoolean();
        var planned = clock.schedule(
                () -> {
                    passed.set(true);
                    quietly(socket);
                },
                millis,
                TimeUnit.MILLISECONDS);
        return new Step() {
            @Override
            public boolean isPassed() {
                return passed.get();
            }

            @Override
            public void close() {
                planned.cancel(false);
            }
        };
    }

    /// Closes what is below TLS: a farewell could wait for a peer that does not read.
    static void quietly(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // It is gone either way.
        }
    }

    @Override
    public void close() {
        clock.shutdownNow();
    }
}
