package io.thingstead.node.view.live;

import java.util.Collection;
import java.util.Locale;
import java.util.function.Predicate;

/// The names of all that a device measures, put together once, so that many devices are looked through quickly.
public final class QuantityNames {
    private static final String END = "\n";

    private final String exact;
    private final String small;

    private QuantityNames(String exact) {
        this.exact = exact;
        this.small = exact.toLowerCase(Locale.ROOT);
    }

    static QuantityNames of(Collection<String> names) {
        return new QuantityNames(END + String.join(END, names) + END);
    }

    /// Those that hold a quantity of this name.
    public static Predicate<QuantityNames> holding(String name) {
        String whole = END + name + END;
        return names -> names.exact.contains(whole);
    }

    /// Whether a word in small letters is in one of them.
    public boolean contain(String word) {
        return small.contains(word);
    }
}
