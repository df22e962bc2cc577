package io.thingstead.node.api;

import io.javalin.http.Context;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Refused;
import io.thingstead.kit.model.Result;
import io.thingstead.node.people.Caller;
import io.thingstead.node.people.FailedAttempts;
import io.thingstead.node.people.Need;
import io.thingstead.node.people.People;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Who asks, by what the request shows: the admin token or an API key, a session's cookie, or that it comes from this
/// machine, where that is enough.
final class Callers {
    private static final String BEARER = "Bearer ";

    private final byte @Nullable [] adminToken;
    private final boolean isOpen;
    private final SessionCookie cookie;
    private final @Nullable People people;
    private final FailedAttempts failed = new FailedAttempts(System::nanoTime);

    Callers(@Nullable String adminToken, SignInRules rules, @Nullable People people) {
        this.adminToken = adminToken == null ? null : adminToken.getBytes(StandardCharsets.UTF_8);
        this.isOpen = rules.isOpen();
        this.cookie = new SessionCookie(rules.cookie());
        this.people = people;
    }

    Result<Caller> of(Context context) {
        var header = context.header("Authorization");
        if (header != null && header.startsWith(BEARER))
            return bearer(header.substring(BEARER.length()).strip(), context);
        var held = cookie.read(context);
        if (held.isPresent() && people != null) {
            var person = people.sessions().find(held.get());
            if (person.isPresent()) return Result.ok(person.get());
        }
        if (isOpen && isLocal(context)) return Result.ok(new Caller.Machine());
        return held.isPresent()
                ? Result.no(Refusal.SESSION_INVALID, "you are not signed in any more: sign in again")
                : Result.no(Refusal.ACCESS_SIGN_IN, "sign in, or show an API key (Authorization: Bearer …)");
    }

    private Result<Caller> bearer(String secret, Context context) {
        if (adminToken != null && MessageDigest.isEqual(adminToken, secret.getBytes(StandardCharsets.UTF_8)))
            return Result.ok(new Caller.Machine());
        var program = people == null
                ? Optional.<Caller.Program>empty()
                : people.keys().find(secret);
        if (program.isPresent()) return Result.ok(program.get());
        var address = ClientAddress.of(context);
        long wait = failed.waitSeconds(address);
        if (wait > 0) return new Result.No<>(tooMany(context, wait));
        failed.count(address);
        return Result.no(Refusal.ACCESS_KEY, "this key is not in force: was it revoked?");
    }

    static Refused tooMany(Context context, long waitSeconds) {
        context.header("Retry-After", Long.toString(waitSeconds));
        return new Refused(Refusal.ACCESS_MANY, "too many attempts in vain: try again in " + waitSeconds + " seconds");
    }

    /// Whether somebody who was let in earlier still may.
    boolean still(Caller caller, Need need) {
        return switch (caller) {
            case Caller.Machine _ -> true;
            case Caller.SignedIn person -> people != null && people.sessions().stillMay(person, need);
            case Caller.Program program -> people != null && people.keys().isInForce(program.key());
        };
    }

    /// From this machine itself: behind a proxy every request comes from here.
    private static boolean isLocal(Context context) {
        return context.header("X-Forwarded-For") == null
                && context.header("Forwarded") == null
                && isLoopback(context.ip())
                && Origins.isLoopbackName(context.host());
    }

    static boolean isLoopback(String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }
}
