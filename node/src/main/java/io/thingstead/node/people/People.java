package io.thingstead.node.people;

import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Refused;
import io.thingstead.kit.model.Result;
import io.thingstead.node.challenge.Challenges;
import io.thingstead.node.storage.Store;
import java.util.Collection;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/// The people and programs that may ask this node over HTTP: who they are, how they come in, what each may do.
public final class People {
    static final String NAME_SAYS = "a name has 1 to " + Person.MOST_NAME
            + " letters, digits, spaces and . , ' @ + _ -, and begins with a letter or digit";
    static final Refused NO_ROOM =
            new Refused(Refusal.STORE_UNAVAILABLE, "the disk is almost full: nobody new is taken in");

    private final Accounts accounts;
    private final Links links;
    private final Sessions sessions;
    private final ApiKeys keys;
    private final SignIn signIn;

    private People(Register register, Challenges challenges, LongSupplier nowMs) {
        this.accounts = new Accounts(register);
        this.links = new Links(register, nowMs);
        this.sessions = new Sessions(register, nowMs);
        this.keys = new ApiKeys(register, nowMs);
        this.signIn = new SignIn(register, sessions, links, challenges, nowMs);
    }

    /// @param challenges for passkeys alone
    public static People open(Store store, Challenges challenges, LongSupplier nowMs) {
        var people = new People(Register.open(store), challenges, nowMs);
        people.sessions.sweep();
        return people;
    }

    public Accounts accounts() {
        return accounts;
    }

    public Links links() {
        return links;
    }

    public Sessions sessions() {
        return sessions;
    }

    public ApiKeys keys() {
        return keys;
    }

    public SignIn signIn() {
        return signIn;
    }

    static <T> Result<T> noRoom() {
        return new Result.No<>(NO_ROOM);
    }

    static String labels(Collection<Need> scopes) {
        return scopes.stream().map(Need::label).collect(Collectors.joining(", "));
    }
}
