package io.thingstead.node.history;

import io.thingstead.kit.model.MemberId;
import io.thingstead.node.consensus.EventHistory;
import io.thingstead.node.exchange.MemberAnswer;
import io.thingstead.node.exchange.MemberRoute;
import java.util.concurrent.Semaphore;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Gives other members events of the ledger: `/events/<from>/<size>`, those from number `from` on as the beginning of
/// the tree of the first `size` events.
public final class EventRoute implements MemberRoute {
    static final String PREFIX = "/events/";

    /// Each answer reads up to a thousand rows: who fetches a whole history must not hold up what is new.
    private static final int AT_ONCE = 2;

    private static final Pattern PATH = Pattern.compile("(0|[1-9][0-9]{0,14})/([1-9][0-9]{0,14})");

    private final EventHistory history;
    private final Semaphore answering = new Semaphore(AT_ONCE);

    public EventRoute(EventHistory history) {
        this.history = history;
    }

    @Override
    public String prefix() {
        return PREFIX;
    }

    static String path(long from, long size) {
        return PREFIX + from + "/" + size;
    }

    @Override
    public MemberAnswer answer(MemberId asking, String path) {
        Matcher numbers = PATH.matcher(path);
        if (!numbers.matches()) {
            return MemberAnswer.no(404, "a number of an event and a size are expected");
        }
        if (!answering.tryAcquire()) {
            return MemberAnswer.no(503, "others are being answered");
        }
        try {
            return history.part(Long.parseLong(numbers.group(1)), Long.parseLong(numbers.group(2)))
                    .map(part -> MemberAnswer.ok(MemberAnswer.BYTES, part.encode()))
                    .orElseGet(() -> MemberAnswer.no(404, "not all of these events are here"));
        } finally {
            answering.release();
        }
    }
}
