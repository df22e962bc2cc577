package io.thingstead.node.fleet;

import io.thingstead.kit.model.TrustLevel;
import io.thingstead.node.view.live.Presence;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// Which devices are wanted, in which order, and from where on.
///
/// @param words each is in the name, the label, the role or a quantity of a device that is found
/// @param states empty: any; so are `roles` and `trust`
/// @param quantity that the device has said
/// @param missing only devices with frames that have not arrived
/// @param within only devices that are there
/// @param after the last device of the page before
public record FleetQuery(
        List<String> words,
        Set<Presence> states,
        Set<Role> roles,
        Set<TrustLevel> trust,
        Optional<String> quantity,
        boolean missing,
        Optional<Box> within,
        FleetSort sort,
        boolean descending,
        Optional<FleetCursor> after,
        int limit) {
    public static final FleetQuery ALL = new FleetQuery(
            List.of(),
            Set.of(),
            Set.of(),
            Set.of(),
            Optional.empty(),
            false,
            Optional.empty(),
            FleetSort.NAME,
            false,
            Optional.empty(),
            100);

    public FleetQuery {
        words = List.copyOf(words);
        states = Set.copyOf(states);
        roles = Set.copyOf(roles);
        trust = Set.copyOf(trust);
    }

    /// The words of a search as people type it.
    public static List<String> words(String search) {
        return Stream.of(search.toLowerCase(Locale.ROOT).split("\\s+", -1))
                .filter(word -> !word.isEmpty())
                .distinct()
                .toList();
    }
}
