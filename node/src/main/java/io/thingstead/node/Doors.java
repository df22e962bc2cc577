package io.thingstead.node;

import io.thingstead.kit.model.Refused;
import io.thingstead.kit.model.Result;
import io.thingstead.node.api.Access;
import io.thingstead.node.api.ApiKeyRoutes;
import io.thingstead.node.api.HttpServer;
import io.thingstead.node.api.MeRoutes;
import io.thingstead.node.api.PeopleRoutes;
import io.thingstead.node.api.Routes;
import io.thingstead.node.api.SignInRoutes;
import io.thingstead.node.api.SignInRules;
import io.thingstead.node.api.Tollgate;
import io.thingstead.node.challenge.Challenges;
import io.thingstead.node.people.Caller;
import io.thingstead.node.people.Links;
import io.thingstead.node.people.People;
import io.thingstead.node.till.Till;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The node's doors over HTTP: who may ask for what, and how people and programs come in.
final class Doors {
    private static final Logger LOG = LoggerFactory.getLogger(Doors.class);

    private final NodeConfig config;
    private final SignInRules rules;
    private final Till till;
    private final People people;
    private final Access access;
    private final String scheme;
    private final IntSupplier httpPort;

    /// @param scheme of the pages, `https://` with TLS
    /// @param httpPort asked once the listener knows it
    Doors(Path folder, NodeConfig config, MemberCore core, LongSupplier clockMs, String scheme, IntSupplier httpPort) {
        this.config = config;
        this.rules = config.signIn();
        this.till = new Till(core.ledger(), core.store());
        this.people = People.open(core.store(), new Challenges(clockMs), clockMs);
        this.access = new Access(
                NodeFiles.adminToken(folder), rules, people, new Tollgate(core.member(), core.ledger(), till));
        this.scheme = scheme;
        this.httpPort = httpPort;
    }

    /// What those paid who were let in for it.
    Till till() {
        return till;
    }

    Access access() {
        return access;
    }

    void register(Routes http) {
        String member = config.memberId().value();
        List<Consumer<Routes>> routes = List.of(
                new SignInRoutes(people, rules, member)::register,
                new MeRoutes(people, rules, member)::register,
                new PeopleRoutes(people, rules, this::origin)::register,
                new ApiKeyRoutes(people)::register);
        routes.forEach(register -> register.accept(http));
    }

    /// Under which address people reach the pages, as far as the node can tell.
    private String origin() {
        String host = config.httpListen().hostOrLoopback();
        // Where the browser may be on this machine, by the name to which it binds passkeys.
        boolean isHere = host.equals("0.0.0.0") || host.equals("::") || HttpServer.isLoopback(host);
        return rules.address().orElseGet(() -> scheme + (isHere ? "localhost" : host) + ":" + httpPort.getAsInt());
    }

    /// A link by which the first administrator comes in, where people sign in and there is none; told this once.
    Optional<String> firstLink() {
        if (rules.isOpen() || people.accounts().hasAdministrator()) return Optional.empty();
        return switch (people.links().admin(Optional.empty(), new Caller.Machine())) {
            case Result.Ok<Links.Made>(Links.Made made) -> {
                String link = PeopleRoutes.address(origin(), made.secret());
                LOG.info("nobody can sign in yet: for a day, this link makes the first administrator, once: {}", link);
                yield Optional.of(link);
            }
            case Result.No<Links.Made>(Refused refused) -> {
                LOG.warn("nobody can sign in yet, and no link for an administrator could be made: {}", refused);
                yield Optional.empty();
            }
        };
    }
}
