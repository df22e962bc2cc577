package io.thingstead.node.fleet;

import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.MemberId;
import io.thingstead.node.ledger.CommittedBlock;
import io.thingstead.node.ledger.DeviceRecord;
import io.thingstead.node.ledger.Event;
import io.thingstead.node.ledger.LedgerReader;
import io.thingstead.node.view.live.LiveState;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// The member's devices in order, kept up to date by the ledger's events. A question looks over them once, in memory.
public final class Fleet implements AutoCloseable {
    private static final int AT_ONCE = 1_000;
    private static final long COUNTED_MS = 2_000;

    private final MemberId member;
    private final LedgerReader ledger;
    private final LiveState live;
    private final Labels labels;
    private final Hidden hidden;
    private final String subjects;
    private final LedgerReader.Subscription subscription;
    /// Devices of which the ledger told something since the list was made.
    private final Set<DeviceId> changed = ConcurrentHashMap.newKeySet();
    private volatile List<FleetDevice> inOrder = List.of();
    /// The number of the next event; another one means that the ledger went on by a snapshot, without events.
    private volatile long nextEvent;
    private volatile boolean isBehind = true;
    private volatile @Nullable FleetFigures figures;

    public Fleet(MemberId member, LedgerReader ledger, LiveState live, Labels labels, Hidden hidden) {
        this.member = member;
        this.ledger = ledger;
        this.live = live;
        this.labels = labels;
        this.hidden = hidden;
        this.subjects = "device/" + member.value() + ":";
        this.nextEvent = ledger.head().eventsSize();
        this.subscription = ledger.onBlock(this::take);
    }

    private void take(CommittedBlock block) {
        List<Event> events = block.events();
        if (!events.isEmpty() && events.getFirst().number() != nextEvent) isBehind = true;
        nextEvent = block.head().eventsSize();
        for (Event event : events) if (changesDevices(event)) event.subjects().forEach(this::changed);
    }

    @SuppressWarnings("EnumSwitch") // most events are of something else
    private static boolean changesDevices(Event event) {
        return switch (event.type()) {
            case DEVICE_REGISTERED, DEVICE_KEY_ADDED, DEVICE_KEY_ROTATED, DEVICE_KEY_REVOKED -> true;
            default -> false;
        };
    }

    private void changed(String subject) {
        if (subject.startsWith(subjects)) changed.add(DeviceId.of(subject.substring("device/".length())));
    }

    public FleetPage page(FleetQuery query, long nowMs) {
        var scan = new FleetScan(query, nowMs);
        for (FleetDevice device : devices()) scan.look(device, device.view());
        return scan.page();
    }

    /// Where the devices are that are within a part of the map, put together where they are close to each other.
    ///
    /// @param across about how many clusters have room side by side
    public List<FleetCluster> map(Box within, int across, long nowMs) {
        var map = new FleetMap(within, across, nowMs);
        for (FleetDevice device : devices()) map.look(device, device.view());
        return map.clusters();
    }

    /// How many devices there are in each state, and how many measure what; some time old.
    public FleetFigures figures(long nowMs) {
        FleetFigures known = figures;
        if (known != null && Math.abs(nowMs - known.atMs()) < COUNTED_MS) return known;
        var counted = FleetFigures.count(devices(), nowMs);
        figures = counted;
        return counted;
    }

    /// What people call a device; null for the name it has on the ledger.
    public void label(DeviceId device, @Nullable String label) {
        if (label == null) labels.remove(device);
        else labels.put(device, label);
        changed.add(device);
    }

    /// These devices stand in no list any more.
    public void hide(Collection<DeviceId> devices) {
        hidden.add(devices);
        isBehind = true;
        figures = null;
    }

    public boolean isHidden(DeviceId device) {
        return hidden.has(device);
    }

    /// How many are hidden.
    public int hidden() {
        return hidden.count();
    }

    public FleetDevice device(DeviceRecord record) {
        return new FleetDevice(record, labels.of(record.device()), live.watched(record.device()));
    }

    private List<FleetDevice> devices() {
        return isBehind || !changed.isEmpty() ? refreshed() : inOrder;
    }

    private synchronized List<FleetDevice> refreshed() {
        if (isBehind) {
            isBehind = false;
            inOrder = all();
        }
        var news = new TreeMap<String, FleetDevice>();
        for (var each = changed.iterator(); each.hasNext(); ) {
            DeviceId id = each.next();
            // what changes after this look is told again
            each.remove();
            DeviceRecord record = ledger.device(id);
            if (record != null && !hidden.has(id)) news.put(FleetDevice.inOrder(id), device(record));
        }
        if (!news.isEmpty()) inOrder = merged(inOrder, List.copyOf(news.values()));
        return inOrder;
    }

    private List<FleetDevice> all() {
        var found = new ArrayList<FleetDevice>();
        List<DeviceRecord> some = ledger.devices(member, null, AT_ONCE);
        while (!some.isEmpty()) {
            some.stream()
                    .filter(record -> !hidden.has(record.device()))
                    .map(this::device)
                    .forEach(found::add);
            some = ledger.devices(member, some.getLast().device(), AT_ONCE);
        }
        found.sort(null);
        return List.copyOf(found);
    }

    /// Both are in order; where a device is in both, the news count.
    private static List<FleetDevice> merged(List<FleetDevice> known, List<FleetDevice> news) {
        var all = new ArrayList<FleetDevice>(known.size() + news.size());
        int at = 0;
        for (FleetDevice added : news) {
            while (at < known.size() && known.get(at).compareTo(added) < 0) all.add(known.get(at++));
            if (at < known.size() && known.get(at).compareTo(added) == 0) at++;
            all.add(added);
        }
        all.addAll(known.subList(at, known.size()));
        return List.copyOf(all);
    }

    @Override
    public void close() {
        subscription.close();
    }
}
