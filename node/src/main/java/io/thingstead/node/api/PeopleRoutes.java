package io.thingstead.node.api;

import io.javalin.http.Context;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Refused;
import io.thingstead.kit.model.Result;
import io.thingstead.node.openapi.Operation;
import io.thingstead.node.openapi.Parameter;
import io.thingstead.node.openapi.Says;
import io.thingstead.node.people.Caller;
import io.thingstead.node.people.Link;
import io.thingstead.node.people.Links;
import io.thingstead.node.people.People;
import io.thingstead.node.people.Person;
import io.thingstead.node.people.Role;
import io.thingstead.node.people.Site;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// People and invitations, for administrators.
public final class PeopleRoutes {
    private static final String PART = "People";
    private static final int MOST_SHOWN = 1_000;
    private static final Parameter<String> ID =
            Parameter.text("id", "Which one.").inPath();
    private static final Operation PAGE =
            Operation.of(PART, "Who may sign in, and the links that are open").answers(Page.class);
    private static final Operation INVITE = Operation.of(PART, "A link by which somebody new comes in, once, in a week")
            .takes(Invitation.class, "{\"name\": \"Bob\", \"role\": \"operator\"}")
            .answers(201, Made.class)
            .refuses(Refusal.PERSON_EXISTS, Refusal.PEOPLE_FULL);
    private static final Operation TAKE_BACK = Operation.of(PART, "Takes back a link that nobody used")
            .takes(ID)
            .answers(204, "It is open no more.")
            .refuses(Refusal.REQUEST_NOT_FOUND);
    private static final Operation ADMINISTRATOR = Operation.of(
                    PART, "A link by which an administrator comes in, once, within a day")
            .details("Only with the admin token of the node's data folder, or where nobody has to sign in."
                    + " The one made before it is open no more.")
            .takes(Administrator.class, "{}")
            .answers(201, Made.class)
            .refuses(Refusal.PERSON_UNKNOWN, Refusal.ACCESS_ROLE);
    private static final Operation ROLE = Operation.of(PART, "Changes what somebody may do, at once")
            .takes(ID)
            .takes(NewRole.class, "{\"role\": \"viewer\"}")
            .answers(204, "It is so.")
            .refuses(Refusal.PERSON_UNKNOWN, Refusal.PERSON_LAST);
    private static final Operation BACK = Operation.of(
                    PART, "A link by which somebody makes another passkey, once, within a week")
            .takes(ID)
            .answers(201, Made.class)
            .refuses(Refusal.PERSON_UNKNOWN, Refusal.PEOPLE_FULL);
    private static final Operation SIGN_OUT = Operation.of(PART, "Ends all sessions of somebody")
            .takes(ID)
            .answers(204, "That person is signed in nowhere.")
            .refuses(Refusal.PERSON_UNKNOWN);
    private static final Operation REMOVE = Operation.of(PART, "Removes somebody, with passkeys, sessions and links")
            .takes(ID)
            .answers(204, "That person is nobody here any more.")
            .refuses(Refusal.PERSON_UNKNOWN, Refusal.PERSON_LAST);

    private final People people;
    private final Origins origins;
    private final Supplier<String> address;
    private final boolean isOpen;

    private record Page(
            @Says("false: this machine may all without it") boolean signInRequired,
            List<PersonShown> people,
            List<LinkShown> links) {}

    private record PersonShown(
            String id,
            String name,
            String role,
            int passkeys,
            int sessions,
            @Says("absent: signed in nowhere now") @Nullable Long seenMs,
            long createdMs) {}

    private record LinkShown(
            String id,

            @Says("absent: the one who opens it says it") @Nullable
            String name,

            String role,

            @Says("whether it is for somebody who is here already")
            boolean known,

            String by,
            long createdMs,
            long expiresMs) {}

    private record Invitation(
            @Says(value = "as the others see it, once among all", needed = true) @Nullable
            String name,

            @Says(
                    value = "what that person may do",
                    needed = true,
                    oneOf = {"viewer", "operator", "administrator"})
            @Nullable
            String role) {}

    private record NewRole(
            @Says(
                    value = "what that person may do",
                    needed = true,
                    oneOf = {"viewer", "operator", "administrator"})
            @Nullable
            String role) {}

    private record Administrator(
            @Says("of one who is an administrator already; else somebody new") @Nullable
            String name) {}

    private record Made(@Says("told this once") String link, long expiresMs) {}

    /// @param address of the pages, where no page asks
    public PeopleRoutes(People people, SignInRules rules, Supplier<String> address) {
        this.people = people;
        this.origins = new Origins(rules.address().orElse(null));
        this.isOpen = rules.isOpen();
        this.address = address;
    }

    public void register(Routes routes) {
        routes.get("/api/people", PAGE, this::page)
                .post("/api/people/invitations", INVITE, this::invite)
                .delete("/api/people/invitations/{id}", TAKE_BACK, this::takeBack)
                .post("/api/people/administrator-link", ADMINISTRATOR, this::administrator)
                .put("/api/people/{id}/role", ROLE, this::role)
                .post("/api/people/{id}/link", BACK, this::back)
                .delete("/api/people/{id}/sessions", SIGN_OUT, this::signOut)
                .delete("/api/people/{id}", REMOVE, this::remove);
    }

    private void page(Context context) {
        Json.send(
                context,
                new Page(
                        !isOpen,
                        people.accounts().list().stream()
                                .limit(MOST_SHOWN)
                                .map(this::shown)
                                .toList(),
                        people.links().list().stream().map(this::shown).toList()));
    }

    private PersonShown shown(Person person) {
        var sessions = people.sessions().of(person);
        return new PersonShown(
                person.id(),
                person.name(),
                person.role().label(),
                people.accounts().passkeys(person).size(),
                sessions.size(),
                sessions.isEmpty() ? null : people.sessions().seenMs(sessions.getFirst()),
                person.createdMs());
    }

    private LinkShown shown(Link link) {
        return new LinkShown(
                link.shortId(),
                link.name().isEmpty() ? null : link.name(),
                link.role().label(),
                people.accounts().find(link.person()).isPresent(),
                link.by(),
                link.createdMs(),
                link.expiresMs());
    }

    private void invite(Context context) {
        made(
                context,
                switch (Json.read(context.bodyAsBytes(), Invitation.class)) {
                    case Result.Ok<Invitation>(Invitation wanted) -> {
                        var role = Role.parse(Objects.requireNonNullElse(wanted.role, ""));
                        yield role.isEmpty()
                                ? noRole()
                                : people.links()
                                        .invite(
                                                Objects.requireNonNullElse(wanted.name, "")
                                                        .strip(),
                                                role.get(),
                                                Access.caller(context));
                    }
                    case Result.No<Invitation>(Refused refused) -> new Result.No<Links.Made>(refused);
                });
    }

    private void administrator(Context context) {
        made(
                context,
                switch (Json.read(context.bodyAsBytes(), Administrator.class)) {
                    case Result.Ok<Administrator>(Administrator wanted) ->
                        Access.caller(context) instanceof Caller.Machine
                                ? people.links().admin(Optional.ofNullable(wanted.name), Access.caller(context))
                                : Result.no(
                                        Refusal.ACCESS_ROLE,
                                        "such a link is made at the node's machine: thingstead admin link");
                    case Result.No<Administrator>(Refused refused) -> new Result.No<Links.Made>(refused);
                });
    }

    private void back(Context context) {
        made(context, people.links().back(id(context), Access.caller(context)));
    }

    private void made(Context context, Result<Links.Made> made) {
        switch (made) {
            case Result.Ok<Links.Made>(Links.Made link) ->
                Json.send(
                        context.status(201),
                        new Made(
                                address(origins.site(context).map(Site::origin).orElseGet(address), link.secret()),
                                link.link().expiresMs()));
            case Result.No<Links.Made>(Refused refused) -> Problem.of(refused).send(context);
        }
    }

    /// Behind `#`, browsers send nothing: the secret is in no log of a server, and no mail scanner uses the link up.
    public static String address(String origin, String secret) {
        return origin + "/sign-in#" + secret;
    }

    private void takeBack(Context context) {
        boolean was = people.links().takeBack(id(context), Access.caller(context));
        done(
                context,
                was
                        ? Optional.empty()
                        : Optional.of(new Refused(Refusal.REQUEST_NOT_FOUND, "there is no such invitation")));
    }

    private void role(Context context) {
        done(
                context,
                switch (Json.read(context.bodyAsBytes(), NewRole.class)) {
                    case Result.Ok<NewRole>(NewRole wanted) -> {
                        var role = Role.parse(Objects.requireNonNullElse(wanted.role, ""));
                        yield role.isEmpty()
                                ? Optional.of(NO_ROLE)
                                : people.accounts().setRole(id(context), role.get(), Access.caller(context));
                    }
                    case Result.No<NewRole>(Refused refused) -> Optional.of(refused);
                });
    }

    private void signOut(Context context) {
        done(context, people.accounts().signOut(id(context), Access.caller(context)));
    }

    private void remove(Context context) {
        done(context, people.accounts().remove(id(context), Access.caller(context)));
    }

    private static final Refused NO_ROLE =
            new Refused(Refusal.REQUEST_MALFORMED, "role: viewer, operator or administrator");

    private static <T> Result<T> noRole() {
        return new Result.No<>(NO_ROLE);
    }

    private static String id(Context context) {
        return new Params(context).find(ID).orElse("");
    }

    private static void done(Context context, Optional<Refused> refused) {
        if (refused.isPresent()) Problem.of(refused.get()).send(context);
        else context.status(204);
    }
}
