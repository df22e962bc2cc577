package io.thingstead.node.alarm;

import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.MemberId;
import io.thingstead.node.storage.Batch;
import io.thingstead.node.storage.Column;
import io.thingstead.node.storage.Store;
import io.thingstead.node.view.live.LiveState;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;

/// The watches of all rules that are on, over all devices that ever sent something, and their rows in the store. Used
/// under the lock of [Alarms].
///
/// There is a row for each watch that ever had something to say, as of the cursor's leaf. That of a watch at rest may
/// be
/// a minute old, which after a crash only makes it take a late reading for one in time.
final class Watches {
    private final MemberId member;
    private final Store store;
    private final LiveState live;
    private final Predicate<DeviceId> isGone;
    private final TreeMap<String, Rule> rules = new TreeMap<>();
    private final Map<DeviceId, List<Watch>> ofDevice = new HashMap<>();
    /// Those for which time alone may change something.
    private final Set<Watch> timed = new LinkedHashSet<>();
    private final Set<Watch> changed = new LinkedHashSet<>();
    private final Set<Watch> touched = new LinkedHashSet<>();
    private int count;

    /// @param isGone nothing watches these any more
    Watches(MemberId member, Store store, LiveState live, Predicate<DeviceId> isGone) {
        this.member = member;
        this.store = store;
        this.live = live;
        this.isGone = isGone;
    }

    /// As the store has them. Silence counts from now at the earliest: while the node did not run, nobody was heard.
    void restore(Iterable<Rule> on, long nowMs) {
        for (Rule rule : on) rules.put(rule.id(), rule);
        try (var scan = store.scan(Column.ALARM, AlarmRows.firstWatch(), AlarmRows.afterWatches())) {
            while (scan.next()) {
                Rule rule = rules.get(AlarmRows.ruleOfWatch(scan.key()));
                DeviceId device = AlarmRows.deviceOfWatch(scan.key());
                if (rule != null && rule.concerns(device))
                    add(rule, device, nowMs).restore(scan.value());
            }
        }
        for (Rule rule : rules.values()) watchEverywhere(rule, nowMs);
    }

    /// Of a device that is new, too.
    List<Watch> of(DeviceId device, long nowMs) {
        List<Watch> known = ofDevice.get(device);
        if (known != null) return known;
        if (isGone.test(device)) return List.of();
        List<Watch> made = new ArrayList<>();
        ofDevice.put(device, made);
        for (Rule rule : rules.values()) if (rule.concerns(device)) add(rule, device, nowMs);
        return made;
    }

    private Watch add(Rule rule, DeviceId device, long nowMs) {
        Watch watch = Watch.of(rule, device, nowMs);
        ofDevice.computeIfAbsent(device, _ -> new ArrayList<>()).add(watch);
        if (watch.isTimed()) timed.add(watch);
        // from when on it judges is to be found after a restart
        if (rule.condition() instanceof Condition.Anomaly) changed.add(watch);
        count++;
        return watch;
    }

    Optional<Watch> find(String rule, DeviceId device) {
        return ofDevice.getOrDefault(device, List.of()).stream()
                .filter(watch -> watch.rule.id().equals(rule))
                .findFirst();
    }

    List<Watch> of(Rule rule) {
        return ofDevice.values().stream()
                .flatMap(List::stream)
                .filter(watch -> watch.rule.id().equals(rule.id()))
                .toList();
    }

    /// The rule judges as before, and is called something else or tells others.
    void rename(Rule rule) {
        if (rule.isOn()) rules.put(rule.id(), rule);
        of(rule).forEach(watch -> watch.rule = rule);
    }

    /// Watches with a rule from now on. Answers with the new ones.
    List<Watch> begin(Rule rule, long nowMs) {
        rules.put(rule.id(), rule);
        watchEverywhere(rule, nowMs);
        return of(rule);
    }

    /// On the devices that are known, and on those that are named and never said anything yet.
    private void watchEverywhere(Rule rule, long nowMs) {
        live.views().forEach(view -> of(view.device(), nowMs));
        if (rule.condition() instanceof Condition.Silence) {
            for (DeviceId named : rule.scope().named(member)) of(named, nowMs);
        }
        for (DeviceId device : List.copyOf(ofDevice.keySet())) {
            if (rule.concerns(device) && find(rule.id(), device).isEmpty()) add(rule, device, nowMs);
        }
    }

    /// Forgets the rule's watches, with their rows.
    void end(Rule rule, Batch batch) {
        of(rule).forEach(watch -> end(watch, batch));
        rules.remove(rule.id());
    }

    private void end(Watch watch, Batch batch) {
        batch.delete(Column.ALARM, AlarmRows.watch(watch.rule.id(), watch.device));
        ofDevice.getOrDefault(watch.device, new ArrayList<>()).remove(watch);
        timed.remove(watch);
        changed.remove(watch);
        touched.remove(watch);
        count--;
    }

    /// Watches of devices that are gone, which are there until they are ended.
    List<Watch> ofGone() {
        return ofDevice.entrySet().stream()
                .filter(entry -> isGone.test(entry.getKey()))
                .flatMap(entry -> entry.getValue().stream())
                .toList();
    }

    /// Forgets these watches of devices that are gone, with their rows.
    void leave(List<Watch> gone, Batch batch) {
        for (Watch watch : gone) {
            end(watch, batch);
            ofDevice.remove(watch.device);
        }
    }

    Set<Watch> timed() {
        return timed;
    }

    /// @param wasAtRest before it got something to look at
    void looked(Watch watch, boolean wasAtRest) {
        if (wasAtRest && watch.isAtRest()) touched.add(watch);
        else changed.add(watch);
    }

    /// Puts what is to be found after a restart.
    ///
    /// @param all also of those at rest
    void put(Batch batch, boolean all) {
        for (Watch watch : changed) put(batch, watch);
        changed.clear();
        if (!all) return;
        for (Watch watch : touched) put(batch, watch);
        touched.clear();
    }

    private static void put(Batch batch, Watch watch) {
        batch.put(Column.ALARM, AlarmRows.watch(watch.rule.id(), watch.device), watch.row());
    }

    /// The longest time that a rule looks back at.
    long looksBackMs() {
        return rules.values().stream()
                .map(Rule::condition)
                .mapToLong(condition -> condition instanceof Condition.Shock shock ? shock.withinMs() : 0)
                .max()
                .orElse(0);
    }

    int count() {
        return count;
    }
}
