package io.thingstead.node.history;

import io.thingstead.kit.model.MemberId;
import io.thingstead.kit.model.Refused;
import io.thingstead.kit.model.Result;
import io.thingstead.node.consensus.EventHistory;
import io.thingstead.node.consensus.EventPart;
import io.thingstead.node.exchange.MemberAnswer;
import io.thingstead.node.exchange.MemberUnreachable;
import io.thingstead.node.exchange.OtherMembers;
import io.thingstead.node.ledger.EventSpan;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Fetches the events that are missing because this member took a snapshot of the others' state: part by part from one
/// member, and from the next when that one has nothing, is away, or lies, which shows in the first wrong part. It takes
/// its time: after each part it rests for longer than the part took.
public final class EventFetch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EventFetch.class);
    private static final long LOOK_MS = 1_000;
    private static final long NOBODY_MS = 10_000;
    private static final long LEAST_REST_MS = 5;
    private static final long END_MS = 5_000;

    private final EventHistory history;
    private final OtherMembers others;
    private final Supplier<List<MemberId>> members;
    private final Consumer<Throwable> onFailure;
    private final Thread thread;

    /// How often each gave something else than what is on the ledger: such a one is asked after all others.
    private final Map<MemberId, Integer> lies = new HashMap<>();

    private long saidAtNs = System.nanoTime();
    private volatile boolean closed;

    /// @param members who may be asked
    /// @param onFailure told when the store fails: what is in it is unknown then
    public EventFetch(
            EventHistory history,
            OtherMembers others,
            Supplier<List<MemberId>> members,
            Consumer<Throwable> onFailure) {
        this.history = history;
        this.others = others;
        this.members = members;
        this.onFailure = onFailure;
        this.thread = Thread.ofPlatform().name("event-fetch").daemon().unstarted(this::run);
    }

    public void start() {
        thread.start();
    }

    private void run() {
        try {
            while (!closed) {
                if (history.missing().isEmpty()) {
                    TimeUnit.MILLISECONDS.sleep(LOOK_MS); // a snapshot may be taken at any time
                    continue;
                }
                long began = System.nanoTime();
                boolean taken = fetch();
                long tookMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
                TimeUnit.MILLISECONDS.sleep(taken ? Math.max(LEAST_REST_MS, 2 * tookMs) : NOBODY_MS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            if (!closed) {
                onFailure.accept(e);
            }
        }
    }

    /// Asks one member after another for the next part; false when none of them had it.
    boolean fetch() {
        List<EventSpan> missing = history.missing();
        if (missing.isEmpty()) {
            return false;
        }
        List<MemberId> asked = new ArrayList<>(members.get());
        asked.sort(Comparator.comparingInt(member -> lies.getOrDefault(member, 0)));
        for (MemberId member : asked) {
            if (closed) {
                return false;
            }
            Optional<String> objection = fetch(member, missing.getFirst());
            if (objection.isEmpty()) {
                say(member);
                return true;
            }
            LOG.debug("no events from {}: {}", member, objection.get());
        }
        return false;
    }

    /// Why nothing came of it, or empty.
    private Optional<String> fetch(MemberId member, EventSpan gap) {
        MemberAnswer answer;
        try {
            answer = others.ask(member, EventRoute.path(gap.from(), gap.to()), EventPart.MAX_BYTES);
        } catch (MemberUnreachable e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
        if (!answer.isOk()) {
            return Optional.of("it answers " + answer.status());
        }
        Optional<Refused> refused = switch (EventPart.decode(answer.body())) {
            case Result.Ok<EventPart>(EventPart part) -> history.take(gap, part);
            case Result.No<EventPart>(Refused why) -> Optional.of(why);
        };
        refused.ifPresent(why -> {
            lies.merge(member, 1, Integer::sum);
            LOG.warn("what {} gives of the ledger's history is not taken: {}", member, why.text());
        });
        return refused.map(Refused::toString);
    }

    private void say(MemberId from) {
        List<EventSpan> missing = history.missing();
        if (missing.isEmpty()) {
            LOG.info("the ledger's history is whole: the last events came from {}", from);
        } else if (System.nanoTime() - saidAtNs > TimeUnit.SECONDS.toNanos(NOBODY_MS / 1_000)) {
            saidAtNs = System.nanoTime();
            LOG.info(
                    "{} events of the ledger's history are still to be fetched",
                    missing.stream().mapToLong(EventSpan::size).sum());
        }
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
        try {
            thread.join(END_MS); // what it writes must not meet a closed store
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
