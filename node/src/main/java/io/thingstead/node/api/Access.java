package io.thingstead.node.api;

import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Refused;
import io.thingstead.kit.model.Result;
import io.thingstead.node.people.Caller;
import io.thingstead.node.people.Need;
import io.thingstead.node.people.People;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// Who may do what over HTTP: asked before each route, with what [Needs] says that it needs. What is not let in is
/// refused.
public final class Access {
    private static final String CALLER = "caller";
    private static final Set<HandlerType> READING = Set.of(HandlerType.GET, HandlerType.HEAD);

    private final Callers callers;
    private final Origins origins;
    private final boolean isOpen;
    private final @Nullable Tollgate tollgate;

    /// Nobody pays to be let in.
    ///
    /// @param adminToken lets its holder do all
    /// @param people absent: nobody can sign in
    public Access(@Nullable String adminToken, SignInRules rules, @Nullable People people) {
        this(adminToken, rules, people, null);
    }

    /// @param tollgate lets in who pays
    public Access(
            @Nullable String adminToken, SignInRules rules, @Nullable People people, @Nullable Tollgate tollgate) {
        this.tollgate = tollgate;
        this.callers = new Callers(adminToken, rules, people);
        this.origins = new Origins(rules.address().orElse(null));
        this.isOpen = rules.isOpen();
    }

    /// This machine may all, and nobody else anything.
    public static Access ofThisMachine() {
        return new Access(null, new SignInRules(true, Optional.empty(), "thingstead"), null);
    }

    /// Whether this machine may all without signing in.
    boolean isOpen() {
        return isOpen;
    }

    /// Asked before the route; if it may not be, says why and leaves the route out.
    void check(Context context) {
        var route = context.endpoints().matchedHttpEndpoint();
        boolean head = context.method().equals(HandlerType.HEAD);
        // Where HEAD has no route of its own, Javalin answers it by itself, and asks none.
        if (head && (route == null || !route.method.equals(HandlerType.HEAD))) return;
        var need = route == null
                ? Optional.<Need>empty()
                : Needs.of((head ? HandlerType.GET : route.method) + " " + route.path);
        var refused = need.isPresent()
                ? refuses(context, need.get())
                : Optional.of(new Refused(Refusal.REQUEST_FORBIDDEN, "nobody may do this"));
        if (refused.isEmpty()) return;
        if (route != null && isStranger(refused.get(), need) && tollgate != null) {
            switch (tollgate.ask(context, route.path)) {
                case LET_IN -> {
                    return;
                }
                case ANSWERED -> {
                    context.skipRemainingHandlers();
                    return;
                }
                case NOT_SOLD -> {}
            }
        }
        Problem.of(refused.get()).send(context);
        if (context.statusCode() == 401) context.header("WWW-Authenticate", "Bearer");
        context.skipRemainingHandlers();
    }

    /// Whether it is somebody unknown who wants to read.
    private static boolean isStranger(Refused refused, Optional<Need> need) {
        return refused.code() == Refusal.ACCESS_SIGN_IN && need.equals(Optional.of(Need.READ));
    }

    /// Asked after the route, before the answer leaves.
    void settle(Context context) {
        if (tollgate != null) tollgate.settle(context);
    }

    private Optional<Refused> refuses(Context context, Need need) {
        if (need == Need.NOTHING || need == Need.DEVICE) return Optional.empty();
        return switch (callers.of(context)) {
            case Result.No<Caller>(Refused refused) -> Optional.of(refused);
            case Result.Ok<Caller>(Caller caller) -> {
                context.attribute(CALLER, caller);
                if (!caller.may(need))
                    yield Optional.of(new Refused(
                            Refusal.ACCESS_ROLE, caller.inWords() + " may not do this: it needs " + need.label()));
                if (isForged(context, caller))
                    yield Optional.of(new Refused(
                            Refusal.REQUEST_FORBIDDEN, "only this node's own pages change something in your name"));
                yield Optional.empty();
            }
        };
    }

    /// Whether a page of another site may have sent it: with a person's cookie, or through this machine.
    private boolean isForged(Context context, Caller caller) {
        if (READING.contains(context.method())) return false;
        return switch (caller) {
            case Caller.Program _ -> false;
            case Caller.SignedIn _ -> !origins.isOwnPage(context);
            case Caller.Machine _ -> !origins.admits(context);
        };
    }

    /// Who asks, of a route that needs something.
    static Caller caller(Context context) {
        return Objects.requireNonNull(context.<Caller>attribute(CALLER), "the route has a need");
    }

    /// Whether who was let in still is: for answers that go on for long.
    BooleanSupplier still(Context context, Need need) {
        var caller = caller(context);
        return () -> callers.still(caller, need);
    }
}
