package io.thingstead.node.exchange;

import io.thingstead.kit.crypto.SigningKey;
import io.thingstead.kit.model.MemberId;
import io.thingstead.node.ledger.LedgerReader;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// A member's side of what members ask of each other: it answers by the routes that its parts offer, and asks the
/// others for theirs. Safe for all threads.
public final class Exchange implements OtherMembers, AutoCloseable {
    private final MemberId self;
    private final LedgerReader ledger;
    private final PinnedKeys keys;
    private final MemberTls tls;
    private final Routes routes = new Routes();
    private final Deadlines deadlines = new Deadlines();
    private final ConcurrentHashMap<MemberId, Contact> contacts = new ConcurrentHashMap<>();
    private volatile @Nullable MemberListener listener;
    private volatile boolean closed;

    /// @param tlsKey that the ledger knows as this member's
    public Exchange(MemberId self, SigningKey tlsKey, LedgerReader ledger) {
        this.self = self;
        this.ledger = ledger;
        this.keys = new PinnedKeys(ledger);
        this.tls = new MemberTls(OwnCertificate.of(self, tlsKey), keys);
    }

    /// Answers what starts with the route's prefix from now on.
    public void offer(MemberRoute route) {
        routes.add(route);
    }

    /// Lets other members connect.
    ///
    /// Throws `NotListening` when it cannot listen.
    public synchronized void listen(ExchangeSettings settings) {
        if (listener != null || closed) {
            throw new IllegalStateException("it listens already, or no more");
        }
        listener = new MemberListener(tls, keys, routes, deadlines, settings);
    }

    /// Where it listens, or 0 when it does not.
    public int port() {
        MemberListener listening = listener;
        return listening == null ? 0 : listening.port();
    }

    @Nullable
    MemberListener listener() {
        return listener;
    }

    @Override
    public MemberAnswer ask(MemberId member, String path, int maxBytes) {
        if (member.equals(self)) {
            throw new IllegalArgumentException("a member does not ask itself");
        }
        if (closed) {
            throw new MemberUnreachable(member, "this node ends");
        }
        if (ledger.member(member) == null || ledger.isRemoved(member)) {
            throw new MemberUnreachable(member, "it is not a member");
        }
        return contacts.computeIfAbsent(member, m -> new Contact(m, tls, keys, ledger, deadlines))
                .ask(path, maxBytes);
    }

    @Override
    public synchronized void close() {
        closed = true;
        MemberListener listening = listener;
        if (listening != null) {
            listening.close();
        }
        contacts.values().forEach(Contact::close);
        deadlines.close();
    }
}
