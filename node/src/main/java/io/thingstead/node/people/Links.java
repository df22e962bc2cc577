package io.thingstead.node.people;

import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Result;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Ways in that are open once. Those made at the node's machine are for a day, others for a week.
public final class Links {
    private static final Logger LOG = LoggerFactory.getLogger(Links.class);
    private static final long DAY_MS = 24 * 3_600_000L;
    private static final long WEEK_MS = 7 * DAY_MS;
    private static final int MOST_OPEN = 200;

    private final Register register;
    private final LongSupplier nowMs;

    Links(Register register, LongSupplier nowMs) {
        this.register = register;
        this.nowMs = nowMs;
    }

    /// @param secret told this once
    public record Made(Link link, String secret) {}

    /// For somebody new.
    public Result<Made> invite(String name, Role role, Caller by) {
        if (!Person.isName(name)) return Result.no(Refusal.REQUEST_MALFORMED, People.NAME_SAYS);
        return register.deciding(all -> all.people().anyMatch(person -> person.isCalled(name))
                ? Result.no(Refusal.PERSON_EXISTS, "there is somebody called " + name)
                : make(all, Person.newId(), name, role, false, by));
    }

    /// For somebody who needs another passkey.
    public Result<Made> back(String person, Caller by) {
        return register.deciding(all -> {
            var found = all.person(person);
            return found == null
                    ? Result.no(Refusal.PERSON_UNKNOWN, "there is no such person")
                    : make(all, found.id(), found.name(), found.role(), false, by);
        });
    }

    /// For an administrator, made at the node's machine: for the first one, for one that comes when the others cannot
    /// get in, or, where a name is given, for that one again. The one made there before it is open no more.
    public Result<Made> admin(Optional<String> name, Caller by) {
        return register.deciding(all -> {
            var known = name.flatMap(
                    said -> all.people().filter(person -> person.isCalled(said)).findFirst());
            if (name.isPresent() && known.isEmpty())
                return Result.no(Refusal.PERSON_UNKNOWN, "there is nobody called " + name.get());
            if (known.isPresent() && known.get().role() != Role.ADMINISTRATOR)
                return Result.no(Refusal.PERSON_UNKNOWN, name.get() + " is no administrator");
            return make(
                    all,
                    known.map(Person::id).orElseGet(Person::newId),
                    known.map(Person::name).orElse(""),
                    Role.ADMINISTRATOR,
                    true,
                    by);
        });
    }

    private Result<Made> make(Register all, String person, String name, Role role, boolean ofMachine, Caller by) {
        if (all.isShortOfRoom()) return People.noRoom();
        long now = nowMs.getAsLong();
        // Of those that are over, nobody needs to be told any more why they do not open.
        var change = new Register.Change().remove(all.links().filter(link -> link.expiresMs() <= now));
        if (ofMachine) change.remove(all.links().filter(link -> link.ofMachine() && link.isOpen(now)));
        else if (all.links().filter(link -> link.isOpen(now)).count() >= MOST_OPEN)
            return Result.no(Refusal.PEOPLE_FULL, MOST_OPEN + " invitations are open: take some back");
        var secret = Secret.make("");
        var link = new Link(
                Secret.hash(secret),
                person,
                name,
                role,
                ofMachine,
                by.inWords(),
                now,
                now + (ofMachine ? DAY_MS : WEEK_MS),
                0);
        all.write(change.put(link));
        LOG.info("{} made a link for {} as {}", by.inWords(), name.isEmpty() ? "somebody" : name, role.label());
        return Result.ok(new Made(link, secret));
    }

    /// The link that holds this, if it is open.
    public Result<Link> open(String secret) {
        var link = register.link(Secret.hash(secret));
        if (link == null)
            return Result.no(Refusal.LINK_INVALID, "there is no such link, or it was taken back: ask for a new one");
        if (link.usedMs() != 0) return Result.no(Refusal.LINK_USED, "this link was used already: ask for a new one");
        if (!link.isOpen(nowMs.getAsLong()))
            return Result.no(Refusal.LINK_EXPIRED, "this link is too old: ask for a new one");
        return Result.ok(link);
    }

    /// Those that are open, the newest first.
    public List<Link> list() {
        long now = nowMs.getAsLong();
        return register.links()
                .filter(link -> link.isOpen(now))
                .sorted(Comparator.comparingLong(Link::createdMs).reversed().thenComparing(Link::id))
                .toList();
    }

    /// From now on nobody comes in by it.
    ///
    /// @return whether there was such a link
    public boolean takeBack(String shortId, Caller by) {
        return register.deciding(all -> {
            var link = list().stream()
                    .filter(each -> each.shortId().equals(shortId))
                    .findFirst();
            link.ifPresent(found -> {
                all.write(new Register.Change().remove(found));
                LOG.info("{} took back the link for {}", by.inWords(), found.name());
            });
            return link.isPresent();
        });
    }
}
