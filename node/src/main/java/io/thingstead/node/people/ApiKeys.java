package io.thingstead.node.people;

import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Result;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keys for programs, each with its scopes.
public final class ApiKeys {
    private static final Logger LOG = LoggerFactory.getLogger(ApiKeys.class);
    private static final String PREFIX = "tsk_";
    private static final int MOST = 1_000;

    private final Register register;
    private final LongSupplier nowMs;
    private final LastUse lastUse = new LastUse();

    ApiKeys(Register register, LongSupplier nowMs) {
        this.register = register;
        this.nowMs = nowMs;
    }

    /// @param secret told this once
    public record Made(ApiKey key, String secret) {}

    public Result<Made> make(String name, Set<Need> scopes, Caller by) {
        if (!Person.isName(name)) return Result.no(Refusal.REQUEST_MALFORMED, People.NAME_SAYS);
        if (scopes.isEmpty() || !Need.SCOPES.containsAll(scopes))
            return Result.no(Refusal.REQUEST_MALFORMED, "scopes: one or more of " + People.labels(Need.SCOPES));
        return register.deciding(all -> {
            if (all.isShortOfRoom()) return People.noRoom();
            if (all.apiKeys().count() >= MOST)
                return Result.no(Refusal.PEOPLE_FULL, "there are " + MOST + " API keys: revoke some");
            var secret = Secret.make(PREFIX);
            var key = new ApiKey(Secret.hash(secret), name, scopes, by.inWords(), nowMs.getAsLong(), 0);
            all.write(new Register.Change().put(key));
            LOG.info("{} made the API key {} for {}", by.inWords(), name, People.labels(key.scopes()));
            return Result.ok(new Made(key, secret));
        });
    }

    /// The key, if it is in force.
    public Optional<Caller.Program> find(String secret) {
        if (!secret.startsWith(PREFIX)) return Optional.empty();
        var key = register.apiKey(Secret.hash(secret));
        if (key == null) return Optional.empty();
        if (lastUse.now(key.id(), key.usedMs(), nowMs.getAsLong()) && !register.isShortOfRoom()) keepUsed(key);
        return Optional.of(new Caller.Program(key));
    }

    private void keepUsed(ApiKey key) {
        register.deciding(all -> {
            if (all.apiKey(key.id()) != null) all.write(new Register.Change().put(key.used(nowMs.getAsLong())));
            return true;
        });
    }

    /// Whether a program that was let in earlier still is.
    public boolean isInForce(ApiKey key) {
        return register.apiKey(key.id()) != null;
    }

    /// When it was last used; 0: never.
    public long usedMs(ApiKey key) {
        return lastUse.of(key.id(), key.usedMs());
    }

    /// The newest first.
    public List<ApiKey> list() {
        return register.apiKeys()
                .sorted(Comparator.comparingLong(ApiKey::createdMs).reversed().thenComparing(ApiKey::id))
                .toList();
    }

    /// From now on nobody is let in with it.
    ///
    /// @return whether there was such a key
    public boolean revoke(String shortId, Caller by) {
        return register.deciding(all -> {
            var key =
                    all.apiKeys().filter(each -> each.shortId().equals(shortId)).findFirst();
            key.ifPresent(found -> {
                all.write(new Register.Change().remove(found));
                lastUse.forget(found.id());
                LOG.info("{} revoked the API key {}", by.inWords(), found.name());
            });
            return key.isPresent();
        });
    }
}
