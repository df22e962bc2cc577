package io.thingstead.node.api;

import io.thingstead.kit.model.TrustLevel;
import io.thingstead.node.fleet.Box;
import io.thingstead.node.fleet.FleetCursor;
import io.thingstead.node.fleet.FleetQuery;
import io.thingstead.node.fleet.FleetSort;
import io.thingstead.node.fleet.Role;
import io.thingstead.node.openapi.Parameter;
import io.thingstead.node.view.live.Presence;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Which devices a request asks for.
final class FleetParams {
    private static final String SIDE = "-?[0-9]{1,3}(\\.[0-9]{1,17})?";

    private static final Parameter<String> SEARCH =
            Parameter.text("q", "Words that are all in the name, label, role or a quantity of a device.");
    private static final Parameter<Set<Presence>> STATE = Parameter.some(
            "state", Presence.values(), Presence::label, "How they stand, by how long they have been silent.");
    private static final Parameter<Set<Role>> ROLE =
            Parameter.some("role", Role.values(), Role::label, "What they are on the ledger.");
    private static final Parameter<Set<TrustLevel>> TRUST =
            Parameter.some("trust", TrustLevel.values(), TrustLevel::label, "Who vouches for their newest reading.");
    private static final Parameter<String> QUANTITY = Parameter.text("quantity", "Only those that measure this.");
    private static final Parameter<Boolean> MISSING =
            Parameter.flag("missing", "Only those with numbers that have not come.");
    private static final Parameter<String> WITHIN = Parameter.matching(
            "within",
            SIDE + "(," + SIDE + "){3}",
            "west,south,east,north in degrees",
            "Only those that are in this part of the map: west,south,east,north in degrees.");
    private static final Parameter<String> SORT = Parameter.matching(
                    "sort",
                    "-?(" + Stream.of(FleetSort.values()).map(FleetSort::label).collect(Collectors.joining("|")) + ")",
                    "one of "
                            + Stream.of(FleetSort.values())
                                    .map(FleetSort::label)
                                    .collect(Collectors.joining(", ")) + ", with a - before it the other way round",
                    "By what they are sorted; by `value` needs the quantity. Those without it stand last.")
            .or(FleetSort.NAME.label());
    private static final Parameter<String> AFTER = Parameter.matching(
            "after",
            "[A-Za-z0-9_-]{1," + FleetCursor.MAX_CHARS + "}",
            "what the page before gave as next",
            "What the page before gave as `next`.");
    private static final Parameter<Long> LIMIT = Parameter.limit(100, 1_000);

    static final Parameter<Long> ACROSS = Parameter.number(
                    "across", 1, 40, "About how many clusters have room side by side; up to twice as many come.")
            .or(16L);
    static final Parameter<?>[] MAP = {WITHIN, ACROSS};
    static final Parameter<?>[] ALL = {SEARCH, STATE, ROLE, TRUST, QUANTITY, MISSING, WITHIN, SORT, AFTER, LIMIT};

    private FleetParams() {}

    static FleetQuery read(Params params) {
        String order = params.find(SORT).orElse(FleetSort.NAME.label());
        boolean descending = order.startsWith("-");
        var sort = FleetSort.of(descending ? order.substring(1) : order).orElse(FleetSort.NAME);
        var quantity = params.find(QUANTITY);
        if (sort == FleetSort.VALUE && quantity.isEmpty())
            params.refuse("sort by value needs the quantity whose value it is");
        return new FleetQuery(
                FleetQuery.words(params.find(SEARCH).orElse("")),
                params.find(STATE).orElse(Set.of()),
                params.find(ROLE).orElse(Set.of()),
                params.find(TRUST).orElse(Set.of()),
                quantity,
                params.find(MISSING).orElse(false),
                params.find(WITHIN).map(FleetParams::box),
                sort,
                descending,
                after(params, sort, descending),
                (int) params.number(LIMIT));
    }

    private static Optional<FleetCursor> after(Params params, FleetSort sort, boolean descending) {
        var text = params.find(AFTER);
        var cursor = text.flatMap(FleetCursor::decode)
                .filter(decoded -> decoded.sort() == sort && decoded.descending() == descending);
        if (text.isPresent() && cursor.isEmpty())
            params.refuse("after is what the page before gave as next, sorted in the same way");
        return cursor;
    }

    /// The part of the map that is asked for; otherwise all of it.
    static Box within(Params params) {
        return params.find(WITHIN).map(FleetParams::box).orElse(Box.WORLD);
    }

    private static Box box(String sides) {
        var side =
                Stream.of(sides.split(",", -1)).mapToDouble(Double::parseDouble).toArray();
        return new Box(side[0], side[1], side[2], side[3]);
    }
}
