package io.thingstead.node.people;

import io.thingstead.node.storage.Column;
import io.thingstead.node.storage.Store;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Everything that is kept about people, in memory as it is in the store. Readers see single rows; whoever decides by
/// what stands here and then writes, holds the register meanwhile (`deciding`).
final class Register {
    private final Store store;
    private final Map<Row.Kind, Map<String, Row>> rows = new ConcurrentHashMap<>();

    private Register(Store store) {
        this.store = store;
        for (var kind : Row.Kind.values()) rows.put(kind, new ConcurrentHashMap<>());
    }

    static Register open(Store store) {
        var register = new Register(store);
        try (var scan = store.scan(Column.PEOPLE, new byte[0], null)) {
            while (scan.next()) register.take(Row.read(scan.key(), scan.value()));
        }
        return register;
    }

    /// Rows that are put and removed together.
    static final class Change {
        private final List<Row> put = new ArrayList<>();
        private final List<Row> removed = new ArrayList<>();

        Change put(Row row) {
            put.add(row);
            return this;
        }

        Change remove(Row row) {
            removed.add(row);
            return this;
        }

        Change remove(Stream<? extends Row> some) {
            some.forEach(removed::add);
            return this;
        }
    }

    /// Durable when it returns, all of it.
    synchronized void write(Change change) {
        var batch = store.newBatch();
        for (var row : change.removed) batch.delete(Column.PEOPLE, row.key());
        for (var row : change.put) batch.put(Column.PEOPLE, row.key(), row.value());
        store.write(batch);
        // Crash point: all of it is there or nothing, and nobody was told a secret yet.
        show(change);
    }

    /// In memory alone where the disk is almost full: for what a restart may forget.
    synchronized void writeOrHold(Change change) {
        if (isShortOfRoom()) show(change);
        else write(change);
    }

    private void show(Change change) {
        change.removed.forEach(row -> of(row.kind()).remove(row.id()));
        change.put.forEach(this::take);
    }

    /// Nobody else changes anything meanwhile.
    synchronized <T> T deciding(Function<Register, T> what) {
        return what.apply(this);
    }

    /// Whether the disk is almost full: then only what takes rights away, and signing in, still changes something.
    boolean isShortOfRoom() {
        return store.lowOnSpace();
    }

    private void take(Row row) {
        of(row.kind()).put(row.id(), row);
    }

    private Map<String, Row> of(Row.Kind kind) {
        return rows.getOrDefault(kind, Map.of());
    }

    @Nullable
    Person person(String id) {
        return (Person) of(Row.Kind.PERSON).get(id);
    }

    @Nullable
    Passkey passkey(String id) {
        return (Passkey) of(Row.Kind.PASSKEY).get(id);
    }

    @Nullable
    Session session(String id) {
        return (Session) of(Row.Kind.SESSION).get(id);
    }

    @Nullable
    Link link(String id) {
        return (Link) of(Row.Kind.LINK).get(id);
    }

    @Nullable
    ApiKey apiKey(String id) {
        return (ApiKey) of(Row.Kind.API_KEY).get(id);
    }

    Stream<Person> people() {
        return of(Row.Kind.PERSON).values().stream().map(Person.class::cast);
    }

    Stream<Passkey> passkeys(String person) {
        return of(Row.Kind.PASSKEY).values().stream()
                .map(Passkey.class::cast)
                .filter(key -> key.person().equals(person));
    }

    Stream<Session> sessions() {
        return of(Row.Kind.SESSION).values().stream().map(Session.class::cast);
    }

    Stream<Session> sessions(String person) {
        return sessions().filter(session -> session.person().equals(person));
    }

    Stream<Link> links() {
        return of(Row.Kind.LINK).values().stream().map(Link.class::cast);
    }

    Stream<ApiKey> apiKeys() {
        return of(Row.Kind.API_KEY).values().stream().map(ApiKey.class::cast);
    }
}
