package io.thingstead.node.people;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

/// Who is signed in where. A session ends when it is ended, when nobody asked anything with it for half a day, and a
/// week after it began.
public final class Sessions {
    public static final long IDLE_MS = 12 * 3_600_000L;
    public static final long MOST_MS = 7 * 24 * 3_600_000L;
    private static final int MOST_OF_PERSON = 20;

    private final Register register;
    private final LongSupplier nowMs;
    private final LastUse lastUse = new LastUse();

    Sessions(Register register, LongSupplier nowMs) {
        this.register = register;
        this.nowMs = nowMs;
    }

    /// Who holds this cookie, if it still is somebody's. Counts as a sign of life.
    public Optional<Caller.SignedIn> find(String cookie) {
        var session = register.session(Secret.hash(cookie));
        if (session == null) return Optional.empty();
        var person = register.person(session.person());
        if (person == null || !isOpen(session)) {
            drop(session);
            return Optional.empty();
        }
        boolean isDue = lastUse.now(session.id(), session.seenMs(), nowMs.getAsLong());
        if (isDue && !register.isShortOfRoom()) keepSeen(session);
        return Optional.of(new Caller.SignedIn(person, session));
    }

    private void keepSeen(Session session) {
        register.deciding(all -> {
            // It may have been ended meanwhile, and must not come back.
            if (all.session(session.id()) != null)
                all.write(new Register.Change().put(session.seen(nowMs.getAsLong())));
            return true;
        });
    }

    /// Whether somebody who was let in earlier still is, and may still do this.
    public boolean stillMay(Caller.SignedIn caller, Need need) {
        var session = register.session(caller.session().id());
        var person = register.person(caller.person().id());
        return session != null && person != null && person.role().lets().contains(need) && find(session);
    }

    private boolean find(Session session) {
        if (!isOpen(session)) return false;
        lastUse.now(session.id(), session.seenMs(), nowMs.getAsLong());
        return true;
    }

    private boolean isOpen(Session session) {
        long now = nowMs.getAsLong();
        return now - session.createdMs() < MOST_MS && now - seenMs(session) < IDLE_MS;
    }

    /// When it was last used.
    public long seenMs(Session session) {
        return lastUse.of(session.id(), session.seenMs());
    }

    /// A new session, as a part of the change that lets the person in.
    ///
    /// @return what the browser's cookie is to hold
    String begin(Register.Change change, String person, String agent) {
        var secret = Secret.make("");
        long now = nowMs.getAsLong();
        var shortAgent = agent.length() > Session.MOST_AGENT ? agent.substring(0, Session.MOST_AGENT) : agent;
        change.remove(register.sessions(person)
                .sorted(Comparator.comparingLong(this::seenMs).reversed())
                .skip(MOST_OF_PERSON - 1));
        change.put(new Session(Secret.hash(secret), person, shortAgent, now, now));
        return secret;
    }

    /// Those that are open, the one used last first.
    public List<Session> of(Person person) {
        return register.sessions(person.id())
                .filter(this::isOpen)
                .sorted(Comparator.comparingLong(this::seenMs).reversed())
                .toList();
    }

    /// From now on nobody is signed in with it.
    public void end(Session session) {
        register.deciding(all -> {
            if (all.session(session.id()) != null) all.write(new Register.Change().remove(session));
            return true;
        });
        lastUse.forget(session.id());
    }

    /// Its time is over, which the next start will find, too.
    private void drop(Session session) {
        register.deciding(all -> {
            if (all.session(session.id()) != null) all.writeOrHold(new Register.Change().remove(session));
            return true;
        });
        lastUse.forget(session.id());
    }

    /// Takes away those whose time is over.
    void sweep() {
        register.sessions().filter(session -> !isOpen(session)).toList().forEach(this::drop);
    }
}
