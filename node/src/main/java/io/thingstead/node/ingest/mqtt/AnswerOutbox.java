package io.thingstead.node.ingest.mqtt;

import io.netty.channel.EventLoop;
import io.thingstead.node.ingest.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;

/// Answers on their way from the log's thread to one event loop. The loop is woken once for many, and looks here after
/// each frame it has verified: an acknowledgement never waits for a whole round over all connections' input. What
/// belongs to one connection is written together and flushed once.
final class AnswerOutbox {
    private final EventLoop loop;
    private final Queue<Answered> answers = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean woken = new AtomicBoolean();
    private final Runnable wake = this::wakeUp;
    private final List<Publications> touched = new ArrayList<>();

    private record Answered(InFlight message, Outcome outcome) {}

    AnswerOutbox(EventLoop loop) {
        this.loop = loop;
    }

    /// From any thread.
    void add(InFlight message, Outcome outcome) {
        answers.add(new Answered(message, outcome));
        if (!woken.get() && woken.compareAndSet(false, true)) {
            loop.execute(wake);
        }
    }

    /// On the loop: what has been answered so far goes out.
    void drain() {
        for (Answered next = answers.poll(); next != null; next = answers.poll()) {
            next.message().publications.settle(next.message(), next.outcome());
        }
        for (int i = 0; i < touched.size(); i++) {
            touched.get(i).writeReplies();
        }
        touched.clear();
    }

    boolean isEmpty() {
        return answers.isEmpty() && touched.isEmpty();
    }

    /// On the loop: these have something to write.
    void touch(Publications publications) {
        touched.add(publications);
    }

    private void wakeUp() {
        woken.set(false);
        drain();
    }
}
