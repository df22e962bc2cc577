package io.thingstead.node;

import io.thingstead.kit.model.MemberId;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Refused;
import io.thingstead.node.api.Notice;
import io.thingstead.node.consensus.ConsensusEngine;
import io.thingstead.node.ledger.LedgerReader;
import io.thingstead.node.log.Answer;
import io.thingstead.node.log.Submission;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// How this member itself stands with the others. One that they removed takes no readings any more, since nothing of
/// them would become final; what it has is still there to be read and proven.
final class OwnStanding implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(OwnStanding.class);

    private final MemberId member;
    private final LedgerReader ledger;
    private final ConsensusEngine engine;
    private final List<Runnable> toEnd = new ArrayList<>();
    private AutoCloseable watching = () -> {};
    private volatile boolean removed;

    OwnStanding(MemberId member, LedgerReader ledger, ConsensusEngine engine) {
        this.member = member;
        this.ledger = ledger;
        this.engine = engine;
    }

    /// @param onRemoved run once, when the member is known to be removed
    void start(Runnable onRemoved) {
        toEnd.add(onRemoved);
        watching = ledger.onBlock(_ -> look());
        look();
    }

    private void look() {
        if (ledger.isRemoved(member)) {
            removed();
        }
    }

    /// The others have gone on without this member: its own ledger says so, or what they signed since.
    synchronized void removed() {
        if (!removed) {
            removed = true;
            LOG.error("{}", text());
            toEnd.forEach(Runnable::run);
        }
    }

    boolean isRemoved() {
        return removed || ledger.isRemoved(member);
    }

    private String text() {
        return "the other members removed " + member
                + " from the ledger: no readings are taken here any more, and its votes do not count. What was final"
                + " stays provable, and this node goes on showing it."
                + (ledger.isRemoved(member)
                        ? ""
                        : " It was away then: what it has accepted after block "
                                + ledger.head().height() + ", the last one that it has, is not final.");
    }

    /// What people must know of it.
    List<Notice> notices() {
        List<Notice> notices = new ArrayList<>();
        if (removed) {
            notices.add(new Notice(Refusal.MEMBER_REMOVED.code(), text()));
        } else {
            engine.holdsBack().ifPresent(why -> notices.add(new Notice(Notice.VOTES_HELD, why)));
        }
        return List.copyOf(notices);
    }

    /// The way into the log, closed once the member is removed.
    Consumer<Submission> guarding(Consumer<Submission> log) {
        return submission -> {
            if (removed) {
                submission
                        .answer()
                        .accept(new Answer.Declined(new Refused(
                                Refusal.MEMBER_REMOVED,
                                member + " was removed from the ledger: it takes no readings")));
            } else {
                log.accept(submission);
            }
        };
    }

    @Override
    public void close() throws Exception {
        watching.close();
    }
}
