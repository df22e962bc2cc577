package io.thingstead.node.fleet;

import io.thingstead.kit.model.TrustLevel;
import io.thingstead.node.view.live.DeviceView;
import io.thingstead.node.view.live.Position;
import io.thingstead.node.view.live.Presence;
import io.thingstead.node.view.live.QuantityNames;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// One look over all devices for one question: it counts them and keeps those of the page. Only they become an answer;
/// for all others it is some comparisons in memory.
final class FleetScan {
    /// Filters that a device does not pass, as bits.
    private static final int STATE = 1;
    private static final int ROLE = 2;
    private static final int TRUST = 4;
    private static final int QUANTITY = 8;
    private static final int MISSING = 16;

    private final FleetQuery query;
    private final Predicate<QuantityNames> measured;
    private final String afterInOrder;
    private final boolean isByNameBackwards;
    private final long nowMs;
    private final Comparator<Row> order = this::compare;
    private final PriorityQueue<Row> page;
    private final Tally<Presence> states = new Tally<>(Presence.class);
    private final Tally<Role> roles = new Tally<>(Role.class);
    private final Tally<TrustLevel> trust = new Tally<>(TrustLevel.class);
    private long all;
    private long found;
    private long missing;

    private record Row(FleetDevice device, @Nullable DeviceView view, SortKey key) {}

    FleetScan(FleetQuery query, long nowMs) {
        this.query = query;
        this.measured = QuantityNames.holding(query.quantity().orElse(""));
        this.afterInOrder =
                query.after().map(after -> FleetDevice.inOrder(after.device())).orElse("");
        this.isByNameBackwards = query.sort() == FleetSort.NAME && query.descending();
        this.nowMs = nowMs;
        // the last of the page stands first, to make room
        this.page = new PriorityQueue<>(query.limit() + 2, order.reversed());
    }

    private int compare(Row a, Row b) {
        int keys = a.key.compareTo(b.key, query.descending());
        if (keys != 0) return keys;
        return isByNameBackwards ? b.device.compareTo(a.device) : a.device.compareTo(b.device);
    }

    void look(FleetDevice device, @Nullable DeviceView view) {
        all++;
        if (!isInBox(view) || !hasWords(device, view)) return;
        var presence = view == null ? Presence.NEVER : view.presence(nowMs);
        int failed = failed(device, view, presence);
        count(device, view, presence, failed);
        if (failed != 0) return;
        found++;
        keep(new Row(device, view, SortKey.of(query, device, view, presence)));
    }

    private boolean isInBox(@Nullable DeviceView view) {
        if (query.within().isEmpty()) return true;
        Optional<Position> position = view == null ? Optional.empty() : view.position();
        return position.isPresent() && query.within().get().holds(position.get());
    }

    private boolean hasWords(FleetDevice device, @Nullable DeviceView view) {
        for (String word : query.words())
            if (!device.has(word) && (view == null || !view.names().contain(word))) return false;
        return true;
    }

    private int failed(FleetDevice device, @Nullable DeviceView view, Presence presence) {
        int failed = 0;
        if (!query.states().isEmpty() && !query.states().contains(presence)) failed |= STATE;
        if (!query.roles().isEmpty() && !query.roles().contains(device.role())) failed |= ROLE;
        if (!query.trust().isEmpty() && (view == null || !query.trust().contains(view.trust()))) failed |= TRUST;
        if (query.quantity().isPresent() && (view == null || !measured.test(view.names()))) failed |= QUANTITY;
        if (query.missing() && (view == null || view.missing() == 0)) failed |= MISSING;
        return failed;
    }

    private void count(FleetDevice device, @Nullable DeviceView view, Presence presence, int failed) {
        if ((failed & ~STATE) == 0) states.count(presence);
        if ((failed & ~ROLE) == 0) roles.count(device.role());
        if (view == null) return;
        if ((failed & ~TRUST) == 0) trust.count(view.trust());
        if ((failed & ~MISSING) == 0 && view.missing() > 0) missing++;
    }

    private void keep(Row row) {
        if (query.after().isPresent() && !follows(row, query.after().get())) return;
        // one more than the page has: it tells that there is another page
        Row last = page.size() > query.limit() ? page.peek() : null;
        if (last != null && compare(row, last) > 0) return;
        page.add(row);
        if (last != null) page.remove();
    }

    private boolean follows(Row row, FleetCursor after) {
        int keys = row.key.compareTo(after.key(), query.descending());
        if (keys != 0) return keys > 0;
        int names = row.device.compareTo(afterInOrder);
        return isByNameBackwards ? names < 0 : names > 0;
    }

    FleetPage page() {
        var rows = new ArrayList<>(page);
        rows.sort(order);
        boolean goesOn = rows.size() > query.limit();
        List<Row> shown = goesOn ? rows.subList(0, query.limit()) : rows;
        return new FleetPage(
                shown.stream()
                        .map(row -> new FleetPage.Found(row.device, Optional.ofNullable(row.view)))
                        .toList(),
                new FleetCounts(all, found, states.all(), roles.all(), trust.all(), missing),
                goesOn ? Optional.of(cursor(shown.getLast())) : Optional.empty());
    }

    private FleetCursor cursor(Row row) {
        return new FleetCursor(query.sort(), query.descending(), row.key, row.device.id());
    }
}
