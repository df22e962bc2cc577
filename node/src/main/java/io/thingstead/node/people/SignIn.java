package io.thingstead.node.people;

import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Refused;
import io.thingstead.kit.model.Result;
import io.thingstead.node.challenge.Challenges;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// How people come in: by a link the first time, by a passkey from then on.
public final class SignIn {
    /// Kinds of keys that passkeys may have, the one wanted most first (COSE's numbers).
    public static final List<Long> ALGORITHMS = WebAuthn.ALGORITHMS;

    private static final Logger LOG = LoggerFactory.getLogger(SignIn.class);
    private static final int MOST_PASSKEYS = 20;
    private static final int MOST_PEOPLE = 1_000;
    private static final String TOO_MANY = "there are " + MOST_PASSKEYS + " passkeys: remove some";

    private final Register register;
    private final Sessions sessions;
    private final Links links;
    private final WebAuthn webAuthn;
    private final Challenges challenges;
    private final LongSupplier nowMs;

    SignIn(Register register, Sessions sessions, Links links, Challenges challenges, LongSupplier nowMs) {
        this.register = register;
        this.sessions = sessions;
        this.links = links;
        this.webAuthn = new WebAuthn(challenges);
        this.challenges = challenges;
        this.nowMs = nowMs;
    }

    /// @param cookie what the browser is to keep
    public record Entered(Person person, String cookie) {}

    /// What a browser is to sign, within two minutes.
    public byte[] challenge() {
        return challenges.issue();
    }

    /// Comes in by a link, which is used up by that.
    ///
    /// @param name what a new person is called, where the link does not say it
    /// @param attestation of a new passkey; without one only where the link was made at the node's machine
    public Result<Entered> enter(
            String secret, String name, @Nullable Attestation attestation, Site site, String agent) {
        var link = links.open(secret);
        if (link instanceof Result.No<Link>(Refused refused)) return new Result.No<>(refused);
        if (attestation == null) return register.deciding(all -> enter(all, secret, name, null, agent));
        return switch (webAuthn.made(attestation, site, nowMs.getAsLong())) {
            case Result.Ok<Passkey>(Passkey made) -> register.deciding(all -> enter(all, secret, name, made, agent));
            case Result.No<Passkey>(Refused refused) -> new Result.No<>(refused);
        };
    }

    private Result<Entered> enter(Register all, String secret, String said, @Nullable Passkey made, String agent) {
        // Again, now that nobody else can use it.
        if (!(links.open(secret) instanceof Result.Ok<Link>(Link link)))
            return Result.no(Refusal.LINK_USED, "this link was used already: ask for a new one");
        if (made == null && !link.ofMachine())
            return Result.no(Refusal.PASSKEY_REQUIRED, "this link needs a passkey to be made");
        if (made != null && all.passkey(made.id()) != null)
            return Result.no(Refusal.PASSKEY_INVALID, "this passkey is somebody's already");
        if (all.isShortOfRoom()) return People.noRoom();
        var change = new Register.Change().put(link.used(nowMs.getAsLong()));
        var person = all.person(link.person());
        if (person == null) {
            var name = link.name().isEmpty() ? said.strip() : link.name();
            var refused = refuseNew(all, name);
            if (refused.isPresent()) return new Result.No<>(refused.get());
            person = new Person(link.person(), name, link.role(), nowMs.getAsLong());
            change.put(person);
        }
        if (made != null) {
            if (all.passkeys(person.id()).count() >= MOST_PASSKEYS) return Result.no(Refusal.PEOPLE_FULL, TOO_MANY);
            change.put(made.of(person));
        }
        var cookie = sessions.begin(change, person.id(), agent);
        all.write(change);
        LOG.info("{} came in by a link, {} a passkey", person.name(), made == null ? "without" : "with");
        return Result.ok(new Entered(person, cookie));
    }

    private static Optional<Refused> refuseNew(Register all, String name) {
        if (!Person.isName(name)) return Optional.of(new Refused(Refusal.REQUEST_MALFORMED, People.NAME_SAYS));
        if (all.people().anyMatch(person -> person.isCalled(name)))
            return Optional.of(new Refused(Refusal.PERSON_EXISTS, "there is somebody called " + name));
        if (all.people().count() >= MOST_PEOPLE)
            return Optional.of(new Refused(Refusal.PEOPLE_FULL, "there are " + MOST_PEOPLE + " people"));
        return Optional.empty();
    }

    /// Comes in with a passkey.
    public Result<Entered> prove(Assertion assertion, Site site, String agent) {
        var passkey = register.passkey(assertion.id());
        var handle = new String(assertion.userHandle(), StandardCharsets.UTF_8);
        if (passkey == null || !passkey.person().equals(handle))
            return Result.no(Refusal.PASSKEY_UNKNOWN, "this passkey is nobody's here: was it removed?");
        return switch (webAuthn.proven(passkey, assertion, site)) {
            case Result.Ok<Long>(Long counter) -> register.deciding(all -> enter(all, passkey.id(), counter, agent));
            case Result.No<Long>(Refused refused) -> {
                LOG.warn("a passkey of {} was refused: {}", passkey.person(), refused);
                yield new Result.No<>(refused);
            }
        };
    }

    private Result<Entered> enter(Register all, String id, long counter, String agent) {
        var passkey = all.passkey(id);
        var person = passkey == null ? null : all.person(passkey.person());
        if (passkey == null || person == null)
            return Result.no(Refusal.PASSKEY_UNKNOWN, "this passkey was removed just now");
        var change = new Register.Change().put(passkey.used(counter, nowMs.getAsLong()));
        var cookie = sessions.begin(change, person.id(), agent);
        all.writeOrHold(change);
        LOG.info("{} signed in", person.name());
        return Result.ok(new Entered(person, cookie));
    }

    /// Another passkey for somebody who is signed in.
    public Optional<Refused> add(Person person, Attestation attestation, Site site) {
        return switch (webAuthn.made(attestation, site, nowMs.getAsLong())) {
            case Result.Ok<Passkey>(Passkey made) ->
                register.deciding(all -> {
                    if (all.person(person.id()) == null)
                        return Optional.of(new Refused(Refusal.PERSON_UNKNOWN, "there is no such person"));
                    if (all.passkey(made.id()) != null)
                        return Optional.of(new Refused(Refusal.PASSKEY_INVALID, "this passkey is somebody's already"));
                    if (all.passkeys(person.id()).count() >= MOST_PASSKEYS)
                        return Optional.of(new Refused(Refusal.PEOPLE_FULL, TOO_MANY));
                    if (all.isShortOfRoom()) return Optional.of(People.NO_ROOM);
                    all.write(new Register.Change().put(made.of(person)));
                    LOG.info("{} made another passkey", person.name());
                    return Optional.empty();
                });
            case Result.No<Passkey>(Refused refused) -> Optional.of(refused);
        };
    }

    /// Removes a passkey, but not the last one: nobody could sign in with none.
    public Optional<Refused> remove(Person person, String passkey) {
        return register.deciding(all -> {
            List<Passkey> own = all.passkeys(person.id()).toList();
            var found = own.stream().filter(each -> each.id().equals(passkey)).findFirst();
            if (found.isEmpty()) return Optional.of(new Refused(Refusal.PASSKEY_UNKNOWN, "there is no such passkey"));
            if (own.size() == 1)
                return Optional.of(
                        new Refused(Refusal.PASSKEY_LAST, "this is the only passkey: make another one first"));
            all.write(new Register.Change().remove(found.get()));
            LOG.info("{} removed a passkey", person.name());
            return Optional.empty();
        });
    }
}
