package io.thingstead.node.mirror;

import io.thingstead.kit.model.MemberId;
import io.thingstead.node.ledger.Draft;
import io.thingstead.node.ledger.Event;
import io.thingstead.node.ledger.EventType;
import io.thingstead.node.ledger.LedgerReader;
import io.thingstead.node.ledger.LogRecord;
import io.thingstead.node.log.LogReader;
import io.thingstead.node.mirror.MirrorState.Condition;
import java.util.Optional;
import java.util.stream.Collectors;

/// What is said of a log that its member closed: what became final stays so, and is there as far as somebody kept it.
final class ClosedLog {
    private static final int NEWEST = 8;

    private ClosedLog() {}

    /// @param kept leaves that are kept here
    /// @param otherwiseMs since when, where the closing is not known here
    static Watch.Finding finding(LogRecord record, long kept, LedgerReader ledger, long otherwiseMs) {
        String here = kept == record.size()
                ? "all %d leaves that were final are kept here".formatted(kept)
                : "%d of the %d leaves that were final are kept here".formatted(kept, record.size());
        return new Watch.Finding(
                Condition.CLOSED, sinceMs(record, ledger, otherwiseMs), "closed by " + why(record) + "; " + here);
    }

    private static String why(LogRecord record) {
        MemberId member = record.log().member();
        return record.isLost()
                ? member + ", which lost its data"
                : member + ", " + record.closedInWords().orElse("");
    }

    private static long sinceMs(LogRecord record, LedgerReader ledger, long otherwiseMs) {
        return ledger.history(Draft.subject(record.log()), NEWEST).stream()
                .filter(event -> event.type() == EventType.LOG_CLOSED)
                .findFirst()
                .map(Event::blockTime)
                .orElse(otherwiseMs);
    }

    /// A log of this member of which it has less than was final, having lost the rest.
    static Optional<MirrorState> ofOwn(LogRecord record, Mirrors mirrors) {
        long kept = mirrors.own().find(record.log()).map(LogReader::size).orElse(0L);
        if (!record.isLost() || kept >= record.size()) return Optional.empty();
        long most = mirrors.holdings().most(record.log());
        String names = most == 0
                ? ""
                : mirrors.holdings().holders(record.log(), most - 1).stream()
                        .map(MemberId::value)
                        .collect(Collectors.joining(", "));
        String elsewhere = most == 0
                ? "no other member has stated yet that it holds leaves of it"
                : "%s of them are held by %s".formatted(most >= record.size() ? "all" : String.valueOf(most), names);
        String text = "this member lost the data of this log and closed it. %d of %d leaves are here; "
                        .formatted(kept, record.size())
                + elsewhere
                + ". Proofs that were made of its readings hold; new ones cannot be made here";
        return Optional.of(new MirrorState(
                record.log(),
                record.origin(),
                kept,
                record.size(),
                0,
                Condition.CLOSED,
                sinceMs(record, mirrors.ledger(), record.anchorTime()),
                text));
    }
}
