package io.thingstead.node.api;

import io.javalin.http.Context;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Refused;
import io.thingstead.kit.model.Result;
import io.thingstead.node.openapi.Operation;
import io.thingstead.node.openapi.Parameter;
import io.thingstead.node.openapi.Says;
import io.thingstead.node.people.Attestation;
import io.thingstead.node.people.Caller;
import io.thingstead.node.people.Need;
import io.thingstead.node.people.Passkey;
import io.thingstead.node.people.People;
import io.thingstead.node.people.Person;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Who asks, and that person's own passkeys and sessions.
public final class MeRoutes {
    private static final String PART = "Sign-in";
    private static final Parameter<String> ID =
            Parameter.text("id", "Which one.").inPath();
    private static final Operation ME =
            Operation.of(PART, "Who asks, and what that one may do").answers(Me.class);
    private static final Operation WAYS = Operation.of(PART, "The passkeys and sessions of the person who asks")
            .answers(Own.class);
    private static final Operation OPTIONS = Operation.of(PART, "What a browser is asked to make another passkey")
            .details("For `navigator.credentials.create`, with its bytes as base64url; good for two minutes, once.")
            .answers(PasskeyJson.Creation.class);
    private static final Operation ADD = Operation.of(PART, "Another passkey for the person who asks")
            .takes(PasskeyJson.Made.class, PasskeyJson.MADE_EXAMPLE)
            .answers(204, "It is one more way to sign in.")
            .refuses(Refusal.PASSKEY_INVALID, Refusal.PASSKEY_STALE, Refusal.PERSON_UNKNOWN, Refusal.PEOPLE_FULL);
    private static final Operation REMOVE = Operation.of(PART, "Removes a passkey of the person who asks")
            .takes(ID)
            .answers(204, "It is no way to sign in any more.")
            .refuses(Refusal.PASSKEY_UNKNOWN, Refusal.PASSKEY_LAST);
    private static final Operation END = Operation.of(PART, "Ends a session of the person who asks")
            .takes(ID)
            .answers(204, "Nobody is signed in with it any more.")
            .refuses(Refusal.REQUEST_NOT_FOUND);

    private final People people;
    private final Origins origins;
    private final String member;

    private record Me(
            @Says(
                    value = "`machine`: nobody has to sign in",
                    oneOf = {"person", "program", "machine"})
            String kind,

            @Nullable String name,
            @Says("of a person") @Nullable String role,
            @Says("what may be done") List<String> may) {}

    private record PasskeyShown(
            String id,
            @Says("the name of the site that it is for") String rpId,

            @Says("whether who keeps it may copy it to the person's other machines")
            boolean copied,

            long createdMs,
            @Says("absent: never") @Nullable Long usedMs) {
        static PasskeyShown of(Passkey passkey) {
            return new PasskeyShown(
                    passkey.id(),
                    passkey.rpId(),
                    passkey.backupEligible(),
                    passkey.createdMs(),
                    passkey.usedMs() == 0 ? null : passkey.usedMs());
        }
    }

    private record SessionShown(
            String id,

            @Says("what the browser says it is") String agent,

            long createdMs,
            long seenMs,

            @Says("whether it is the one with which this is asked")
            boolean current) {}

    private record Own(List<PasskeyShown> passkeys, List<SessionShown> sessions) {}

    public MeRoutes(People people, SignInRules rules, String member) {
        this.people = people;
        this.origins = new Origins(rules.address().orElse(null));
        this.member = member;
    }

    public void register(Routes routes) {
        routes.get("/api/me", ME, context -> Json.send(context, me(Access.caller(context))))
                .get("/api/me/ways", WAYS, context -> signedIn(context).ifPresent(me -> Json.send(context, own(me))))
                .post("/api/me/passkeys/options", OPTIONS, this::options)
                .post("/api/me/passkeys", ADD, this::add)
                .delete("/api/me/passkeys/{id}", REMOVE, this::remove)
                .delete("/api/me/sessions/{id}", END, this::end);
    }

    private static Me me(Caller caller) {
        var may = Arrays.stream(Need.values())
                .filter(need -> Need.SCOPES.contains(need) && caller.may(need))
                .map(Need::label)
                .toList();
        return switch (caller) {
            case Caller.Machine _ -> new Me("machine", null, null, may);
            case Caller.Program(var key) -> new Me("program", key.name(), null, may);
            case Caller.SignedIn(var person, var _) ->
                new Me("person", person.name(), person.role().label(), may);
        };
    }

    private Own own(Caller.SignedIn me) {
        return new Own(
                people.accounts().passkeys(me.person()).stream()
                        .map(PasskeyShown::of)
                        .toList(),
                people.sessions().of(me.person()).stream()
                        .map(session -> new SessionShown(
                                session.shortId(),
                                session.agent(),
                                session.createdMs(),
                                people.sessions().seenMs(session),
                                session.id().equals(me.session().id())))
                        .toList());
    }

    private void options(Context context) {
        var me = signedIn(context);
        var site = origins.site(context);
        if (me.isEmpty()) return;
        if (site.isEmpty()) {
            Problem.send(context, Refusal.REQUEST_FORBIDDEN, "passkeys are made on this node's own pages");
            return;
        }
        Person person = me.get().person();
        Json.send(
                context,
                PasskeyJson.creation(
                        people.signIn(),
                        site.get(),
                        member,
                        person.id(),
                        person.name(),
                        people.accounts().passkeys(person)));
    }

    private void add(Context context) {
        var me = signedIn(context);
        var site = origins.site(context);
        if (me.isEmpty()) return;
        if (site.isEmpty()) {
            Problem.send(context, Refusal.REQUEST_FORBIDDEN, "passkeys are made on this node's own pages");
            return;
        }
        var made = switch (Json.read(context.bodyAsBytes(), PasskeyJson.Made.class)) {
            case Result.Ok<PasskeyJson.Made>(PasskeyJson.Made answer) -> answer.read();
            case Result.No<PasskeyJson.Made>(Refused refused) -> new Result.No<Attestation>(refused);
        };
        done(
                context,
                switch (made) {
                    case Result.Ok<Attestation>(Attestation attestation) ->
                        people.signIn().add(me.get().person(), attestation, site.get());
                    case Result.No<Attestation>(Refused refused) -> Optional.of(refused);
                });
    }

    private void remove(Context context) {
        signedIn(context).ifPresent(me -> done(context, people.signIn().remove(me.person(), id(context))));
    }

    private void end(Context context) {
        signedIn(context).ifPresent(me -> {
            var session = people.sessions().of(me.person()).stream()
                    .filter(each -> each.shortId().equals(id(context)))
                    .findFirst();
            session.ifPresent(people.sessions()::end);
            done(
                    context,
                    session.isPresent()
                            ? Optional.empty()
                            : Optional.of(new Refused(Refusal.REQUEST_NOT_FOUND, "there is no such session")));
        });
    }

    private static String id(Context context) {
        return new Params(context).find(ID).orElse("");
    }

    /// The person, where one asks; else says that only people have this.
    private static Optional<Caller.SignedIn> signedIn(Context context) {
        if (Access.caller(context) instanceof Caller.SignedIn me) return Optional.of(me);
        Problem.send(context, Refusal.ACCESS_SIGN_IN, "only somebody who is signed in has passkeys and sessions");
        return Optional.empty();
    }

    private static void done(Context context, Optional<Refused> refused) {
        if (refused.isPresent()) Problem.of(refused.get()).send(context);
        else context.status(204);
    }
}
