package io.thingstead.node.alarm;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.thingstead.kit.model.Refused;
import io.thingstead.kit.model.Result;
import io.thingstead.node.storage.Batch;
import io.thingstead.node.storage.Column;
import io.thingstead.node.storage.Store;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// All rules, durable: those of the file as they were when it could last be read, those made on a page, and of these
/// the
/// deleted ones for a while, so that deleting can be undone. Changed under the lock of [Alarms].
final class RuleBook {
    static final int MOST = 200;
    private static final int MOST_DELETED = 20;
    private static final Logger LOG = LoggerFactory.getLogger(RuleBook.class);

    private final TreeMap<String, Rule> rules = new TreeMap<>();
    private final TreeMap<String, Deleted> deleted = new TreeMap<>();

    @JsonInclude(JsonInclude.Include.NON_NULL)
    private record Stored(
            Origin origin, RuleText text, @Nullable Long deletedMs) {}

    /// A rule that can be restored.
    record Deleted(Rule rule, long atMs) {}

    RuleBook(Store store) {
        try (var scan = store.scan(Column.ALARM, AlarmRows.firstRule(), AlarmRows.afterRules())) {
            while (scan.next()) {
                String id = AlarmRows.idOfRule(scan.key());
                Stored stored = AlarmRows.read(scan.value(), Stored.class);
                switch (RuleReader.read(id, stored.origin, stored.text)) {
                    case Result.Ok<Rule>(Rule rule) -> take(rule, stored.deletedMs);
                    case Result.No<Rule>(Refused refused) ->
                        LOG.warn("the alarm rule {} is not followed: {}", id, refused.text());
                }
            }
        }
    }

    private void take(Rule rule, @Nullable Long deletedMs) {
        if (deletedMs == null) rules.put(rule.id(), rule);
        else deleted.put(rule.id(), new Deleted(rule, deletedMs));
    }

    Collection<Rule> all() {
        return rules.values();
    }

    List<Rule> of(Origin origin) {
        return rules.values().stream().filter(rule -> rule.origin() == origin).toList();
    }

    Optional<Rule> find(String id) {
        return Optional.ofNullable(rules.get(id));
    }

    Optional<Deleted> findDeleted(String id) {
        return Optional.ofNullable(deleted.get(id));
    }

    Collection<Deleted> allDeleted() {
        return deleted.values();
    }

    /// A name that no rule has, like what the rule is called.
    String freeId(@Nullable String name) {
        String slug = name == null
                ? ""
                : name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-").replaceAll("^-|-$", "");
        String stem = slug.isEmpty()
                ? "rule"
                : slug.substring(0, Math.min(40, slug.length())).replaceAll("-$", "");
        String id = stem;
        for (int i = 2; rules.containsKey(id) || deleted.containsKey(id); i++) id = stem + "-" + i;
        return id;
    }

    void put(Batch batch, Rule rule) {
        batch.put(
                Column.ALARM, AlarmRows.rule(rule.id()), AlarmRows.json(new Stored(rule.origin(), rule.text(), null)));
    }

    /// @param undoMs when it is deleted so that this can be undone; absent: for good
    void remove(Batch batch, Rule rule, @Nullable Long undoMs) {
        if (undoMs == null) batch.delete(Column.ALARM, AlarmRows.rule(rule.id()));
        else
            batch.put(
                    Column.ALARM,
                    AlarmRows.rule(rule.id()),
                    AlarmRows.json(new Stored(rule.origin(), rule.text(), undoMs)));
        if (undoMs != null && deleted.size() >= MOST_DELETED)
            oldestDeleted().ifPresent(old -> batch.delete(Column.ALARM, AlarmRows.rule(old.rule.id())));
    }

    private Optional<Deleted> oldestDeleted() {
        return deleted.values().stream().min(Comparator.comparingLong(Deleted::atMs));
    }

    /// After its batch is durable.
    void kept(Rule rule) {
        deleted.remove(rule.id());
        rules.put(rule.id(), rule);
    }

    void gone(Rule rule, @Nullable Long undoMs) {
        rules.remove(rule.id());
        if (undoMs == null) return;
        if (deleted.size() >= MOST_DELETED) oldestDeleted().ifPresent(old -> deleted.remove(old.rule.id()));
        deleted.put(rule.id(), new Deleted(rule, undoMs));
    }
}
