package io.thingstead.node.api;

import io.thingstead.kit.model.MemberId;
import io.thingstead.node.ledger.BrokenPromise;
import io.thingstead.node.ledger.Event;
import io.thingstead.node.ledger.EventType;
import io.thingstead.node.ledger.ForkRecord;
import io.thingstead.node.ledger.LedgerReader;
import io.thingstead.node.ledger.MemberRecord;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What the ledger holds against its members: logs that showed two faces, promises not kept, votes cast twice. Looked
/// up once per block.
final class Accusations {
    private static final int MOST = 50;
    private static final int MOST_EVENTS_OF_A_MEMBER = 1_000;

    private final LedgerReader ledger;
    private volatile @Nullable Found found;

    private record Found(long events, Now now) {}

    /// @param more how many more there are than are listed
    record Now(List<Fork> forks, List<Promise> brokenPromises, List<Caught> caught, long more) {}

    /// @param event that holds the evidence
    record Fork(String log, String member, long size, long event, String words) {}

    record Promise(String log, String member, long index, long event, String words) {}

    /// @param event the newest one that tells of it; absent when it is not kept here
    record Caught(
            String member,
            long times,
            @Nullable Long event,
            @Nullable String words) {}

    Accusations(LedgerReader ledger) {
        this.ledger = ledger;
    }

    Now now() {
        long events = ledger.head().eventsSize();
        Found known = found;
        if (known != null && known.events == events) return known.now;
        Now now = look();
        found = new Found(events, now);
        return now;
    }

    private Now look() {
        List<ForkRecord> forks = ledger.forks();
        List<BrokenPromise> promises = ledger.brokenPromises();
        List<Caught> caught = ledger.members().stream()
                .map(MemberRecord::member)
                .filter(member -> ledger.faults(member) > 0)
                .map(this::caught)
                .toList();
        return new Now(
                forks.stream().limit(MOST).map(this::fork).toList(),
                promises.stream().limit(MOST).map(this::promise).toList(),
                caught,
                Math.max(0, forks.size() - MOST) + Math.max(0, promises.size() - MOST));
    }

    private Fork fork(ForkRecord fork) {
        String log = fork.log().member() + "/" + fork.log().number();
        return new Fork(log, fork.log().member().value(), fork.size(), fork.event(), words(fork.event()));
    }

    private Promise promise(BrokenPromise promise) {
        String log = promise.log().member() + "/" + promise.log().number();
        return new Promise(
                log, promise.log().member().value(), promise.index(), promise.event(), words(promise.event()));
    }

    private String words(long event) {
        return ledger.event(event).map(Event::inWords).orElse("Event " + event + " tells of it");
    }

    private Caught caught(MemberId member) {
        var event = ledger.history(member, MOST_EVENTS_OF_A_MEMBER).stream()
                .filter(of -> of.type() == EventType.MEMBER_MISBEHAVED)
                .findFirst();
        return new Caught(
                member.value(),
                ledger.faults(member),
                event.map(Event::number).orElse(null),
                event.map(Event::inWords).orElse(null));
    }
}
