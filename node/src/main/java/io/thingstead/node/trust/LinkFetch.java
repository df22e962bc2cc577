package io.thingstead.node.trust;

import io.thingstead.kit.model.MemberId;
import io.thingstead.kit.model.Result;
import io.thingstead.kit.proof.LinksFile;
import io.thingstead.kit.proof.TrustLink;
import io.thingstead.node.exchange.MemberAnswer;
import io.thingstead.node.exchange.MemberUnreachable;
import io.thingstead.node.exchange.OtherMembers;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Fetches the links that this member lacks because it was not there when the members changed: it came in or came back
/// through a snapshot, or lost its engine's blocks. It believes nobody: links are kept when they lead, verified, from
/// the
/// ledger's beginning to those who vote now.
public final class LinkFetch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LinkFetch.class);
    private static final int MAX_FILE_BYTES = 262_144;

    /// A ledger whose members change once a day is seventeen years old then.
    private static final int MAX_FILES = 100;

    private static final long LOOK_S = 2;
    private static final long PAUSE_S = 10;
    private static final long END_MS = 5_000;

    private final TrustHistory history;
    private final OtherMembers others;
    private final Supplier<List<MemberId>> members;
    private final Thread thread;
    private volatile boolean closed;

    /// @param members who may be asked
    public LinkFetch(TrustHistory history, OtherMembers others, Supplier<List<MemberId>> members) {
        this.history = history;
        this.others = others;
        this.members = members;
        this.thread = Thread.ofVirtual().name("link-fetch").unstarted(this::run);
    }

    public void start() {
        thread.start();
    }

    private void run() {
        try {
            while (!closed) {
                // What is whole now may not be after a snapshot, which may come at any time.
                TimeUnit.SECONDS.sleep(tried() ? LOOK_S : PAUSE_S);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Whatever goes wrong, it is tried again: proofs wait for the links.
    private boolean tried() {
        try {
            return fetch();
        } catch (RuntimeException e) {
            if (!closed) {
                LOG.warn("links of trust could not be fetched: {}", e.toString());
            }
            return false;
        }
    }

    /// Asks one member after another; true once nothing is lacking.
    boolean fetch() {
        if (history.isWhole()) {
            return true;
        }
        for (MemberId member : members.get()) {
            try {
                List<TrustLink> given = ask(others, member);
                if (history.leadToNow(given)) {
                    history.keep(given);
                    LOG.info("{} links of trust taken over from {}", given.size(), member);
                    return true;
                }
                LOG.debug("the links of {} do not lead to those who vote now", member);
            } catch (MemberUnreachable e) {
                LOG.debug("no links of trust: {}", e.getMessage());
            }
        }
        return false;
    }

    /// All links that the member gives.
    static List<TrustLink> ask(OtherMembers others, MemberId member) {
        List<TrustLink> given = new ArrayList<>();
        long height = 0;
        for (int i = 0; i < MAX_FILES; i++) {
            MemberAnswer answer = others.ask(member, LinkRoute.PREFIX + height, MAX_FILE_BYTES);
            if (!answer.isOk() || !(LinksFile.read(answer.body()) instanceof Result.Ok<LinksFile>(LinksFile file))) {
                throw new MemberUnreachable(member, "it gives no links");
            }
            given.addAll(file.links());
            if (!file.more() || file.links().isEmpty()) {
                return given;
            }
            height = file.links().getLast().height();
        }
        throw new MemberUnreachable(member, "its links have no end");
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
