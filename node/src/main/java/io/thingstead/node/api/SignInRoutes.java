package io.thingstead.node.api;

import io.javalin.http.Context;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Refused;
import io.thingstead.kit.model.Result;
import io.thingstead.node.openapi.Operation;
import io.thingstead.node.openapi.Says;
import io.thingstead.node.people.Assertion;
import io.thingstead.node.people.Attestation;
import io.thingstead.node.people.Caller;
import io.thingstead.node.people.FailedAttempts;
import io.thingstead.node.people.Link;
import io.thingstead.node.people.People;
import io.thingstead.node.people.SignIn;
import io.thingstead.node.people.Site;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Coming in and going out: what a browser is to sign, with a passkey, by a link. Who tries in vain too often waits,
/// and nothing is looked at meanwhile.
public final class SignInRoutes {
    private static final Set<Refusal> IN_VAIN = Set.of(
            Refusal.LINK_INVALID,
            Refusal.LINK_USED,
            Refusal.LINK_EXPIRED,
            Refusal.PASSKEY_INVALID,
            Refusal.PASSKEY_UNKNOWN,
            Refusal.PASSKEY_STALE);

    private static final String PART = "Sign-in";
    private static final Operation OPTIONS = Operation.of(PART, "What a browser is asked to sign in with a passkey")
            .details("For `navigator.credentials.get`, with its bytes as base64url; good for two minutes, once.")
            .answers(PasskeyJson.Request.class);
    private static final Operation PROVE = Operation.of(PART, "Signs in with a passkey")
            .details("Sets the cookie of the session.")
            .takes(PasskeyJson.Proven.class, PasskeyJson.PROVEN_EXAMPLE)
            .answers(Entered.class)
            .refuses(Refusal.PASSKEY_INVALID, Refusal.PASSKEY_UNKNOWN, Refusal.PASSKEY_STALE, Refusal.ACCESS_MANY);
    private static final Operation LINK = Operation.of(PART, "What a link is for, without using it up")
            .takes(LinkHeld.class, "{\"link\": \"what stands behind the # of the link\"}")
            .answers(LinkFor.class)
            .refuses(Refusal.LINK_INVALID, Refusal.LINK_USED, Refusal.LINK_EXPIRED, Refusal.ACCESS_MANY);
    private static final Operation ENTER = Operation.of(PART, "Comes in by a link, which is used up by that")
            .details("With a new passkey; without one only by a link that was made at the node's machine."
                    + " Sets the cookie of the session.")
            .takes(Entry.class, "{\"link\": \"what stands behind the # of the link\", \"name\": \"Ada\"}")
            .answers(Entered.class)
            .refuses(
                    Refusal.LINK_INVALID,
                    Refusal.LINK_USED,
                    Refusal.LINK_EXPIRED,
                    Refusal.PASSKEY_INVALID,
                    Refusal.PASSKEY_STALE,
                    Refusal.PASSKEY_REQUIRED,
                    Refusal.PERSON_EXISTS,
                    Refusal.PEOPLE_FULL,
                    Refusal.ACCESS_MANY);
    private static final Operation OUT = Operation.of(PART, "Ends the session with which it is asked")
            .answers(204, "Nobody is signed in with it any more.");

    private final People people;
    private final Origins origins;
    private final SessionCookie cookie;
    private final String member;
    private final FailedAttempts failed = new FailedAttempts(System::nanoTime);

    private record LinkHeld(
            @Says(value = "what stands behind the # of the link", needed = true) @Nullable
            String link) {}

    private record LinkFor(
            String role,

            @Says("of whom it is for; absent where the one who opens it says it") @Nullable
            String name,

            @Says("whether that person is here already") boolean known,

            @Says("whether it lets in without a passkey") boolean withoutPasskey,

            @Says("for `navigator.credentials.create`, with its bytes as base64url")
            PasskeyJson.Creation passkey) {}

    private record Entry(
            @Says(value = "what stands behind the # of the link", needed = true) @Nullable
            String link,

            @Says("of somebody new, where the link does not say it") @Nullable
            String name,

            @Says("what the browser answered") PasskeyJson.@Nullable Made passkey) {}

    private record Entered(String name, String role) {}

    public SignInRoutes(People people, SignInRules rules, String member) {
        this.people = people;
        this.origins = new Origins(rules.address().orElse(null));
        this.cookie = new SessionCookie(rules.cookie());
        this.member = member;
    }

    public void register(Routes routes) {
        routes.post("/api/sign-in/options", OPTIONS, this::options)
                .post("/api/sign-in", PROVE, context -> tried(context, site -> prove(context, site)))
                .post("/api/sign-in/link", LINK, context -> tried(context, site -> link(context, site)))
                .post("/api/sign-in/enter", ENTER, context -> tried(context, site -> enter(context, site)))
                .post("/api/sign-out", OUT, this::out);
    }

    private void options(Context context) {
        at(context).ifPresent(site -> Json.send(context, PasskeyJson.request(people.signIn(), site)));
    }

    private Optional<Refused> prove(Context context, Site site) {
        return switch (Json.read(context.bodyAsBytes(), PasskeyJson.Proven.class)) {
            case Result.Ok<PasskeyJson.Proven>(PasskeyJson.Proven proven) ->
                switch (proven.read()) {
                    case Result.Ok<Assertion>(var assertion) ->
                        entered(context, site, people.signIn().prove(assertion, site, agent(context)));
                    case Result.No<Assertion>(Refused refused) -> Optional.of(refused);
                };
            case Result.No<PasskeyJson.Proven>(Refused refused) -> Optional.of(refused);
        };
    }

    private Optional<Refused> link(Context context, Site site) {
        return switch (Json.read(context.bodyAsBytes(), LinkHeld.class)) {
            case Result.Ok<LinkHeld>(LinkHeld held) ->
                switch (people.links().open(Objects.requireNonNullElse(held.link, ""))) {
                    case Result.Ok<Link>(Link link) -> {
                        Json.send(context, linkFor(link, site));
                        yield Optional.empty();
                    }
                    case Result.No<Link>(Refused refused) -> Optional.of(refused);
                };
            case Result.No<LinkHeld>(Refused refused) -> Optional.of(refused);
        };
    }

    private LinkFor linkFor(Link link, Site site) {
        var known = people.accounts().find(link.person());
        return new LinkFor(
                link.role().label(),
                link.name().isEmpty() ? null : link.name(),
                known.isPresent(),
                link.ofMachine(),
                PasskeyJson.creation(
                        people.signIn(),
                        site,
                        member,
                        link.person(),
                        link.name(),
                        known.map(people.accounts()::passkeys).orElse(List.of())));
    }

    private Optional<Refused> enter(Context context, Site site) {
        return switch (Json.read(context.bodyAsBytes(), Entry.class)) {
            case Result.Ok<Entry>(Entry entry) -> enter(context, site, entry);
            case Result.No<Entry>(Refused refused) -> Optional.of(refused);
        };
    }

    private Optional<Refused> enter(Context context, Site site, Entry entry) {
        var link = Objects.requireNonNullElse(entry.link, "");
        var name = Objects.requireNonNullElse(entry.name, "");
        if (entry.passkey == null)
            return entered(context, site, people.signIn().enter(link, name, null, site, agent(context)));
        return switch (entry.passkey.read()) {
            case Result.Ok<Attestation>(var made) ->
                entered(context, site, people.signIn().enter(link, name, made, site, agent(context)));
            case Result.No<Attestation>(Refused refused) -> Optional.of(refused);
        };
    }

    private Optional<Refused> entered(Context context, Site site, Result<SignIn.Entered> result) {
        return switch (result) {
            case Result.Ok<SignIn.Entered>(SignIn.Entered entered) -> {
                cookie.set(context, entered.cookie(), site);
                var person = entered.person();
                Json.send(context, new Entered(person.name(), person.role().label()));
                yield Optional.empty();
            }
            case Result.No<SignIn.Entered>(Refused refused) -> Optional.of(refused);
        };
    }

    private void out(Context context) {
        if (Access.caller(context) instanceof Caller.SignedIn(var _, var session))
            people.sessions().end(session);
        cookie.clear(context);
        context.status(204);
    }

    /// Does what may be in vain, unless it was too often.
    private void tried(Context context, Function<Site, Optional<Refused>> what) {
        var address = ClientAddress.of(context);
        long wait = failed.waitSeconds(address);
        if (wait > 0) {
            Problem.of(Callers.tooMany(context, wait)).send(context);
            return;
        }
        at(context).flatMap(what).ifPresent(refused -> {
            if (IN_VAIN.contains(refused.code())) failed.count(address);
            Problem.of(refused).send(context);
        });
    }

    /// The page's address; where it is no page of ours, says so.
    private Optional<Site> at(Context context) {
        var site = origins.site(context);
        if (site.isEmpty()) Problem.send(context, Refusal.REQUEST_FORBIDDEN, "people sign in on this node's own pages");
        return site;
    }

    private static String agent(Context context) {
        return Objects.requireNonNullElse(context.userAgent(), "");
    }
}
