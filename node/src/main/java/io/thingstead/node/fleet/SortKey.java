package io.thingstead.node.fleet;

import io.thingstead.kit.model.Value;
import io.thingstead.node.view.live.DeviceView;
import io.thingstead.node.view.live.LiveReading;
import io.thingstead.node.view.live.Presence;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What a device is sorted by. Devices that have none of it stand last, whichever way the others are sorted.
record SortKey(boolean absent, double number, String text) {
    static final SortKey ABSENT = new SortKey(true, 0, "");
    static final int MAX_TEXT = 100;

    private static final SortKey EQUAL = of(0);

    private static SortKey of(double number) {
        return new SortKey(false, number, "");
    }

    /// Its beginning, in small letters; never half of a character.
    private static SortKey of(String text) {
        String small = text.toLowerCase(Locale.ROOT);
        int end = Math.min(MAX_TEXT, small.length());
        if (end > 0 && Character.isHighSurrogate(small.charAt(end - 1))) end--;
        return new SortKey(false, 0, small.substring(0, end));
    }

    /// By the order of the constants, which need not stay the same for longer than somebody turns pages.
    @SuppressWarnings("EnumOrdinal")
    private static SortKey of(Enum<?> constant) {
        return of(constant.ordinal());
    }

    static SortKey of(FleetQuery query, FleetDevice device, @Nullable DeviceView view, Presence presence) {
        return switch (query.sort()) {
            case NAME -> EQUAL;
            case LABEL -> device.label().map(SortKey::of).orElse(ABSENT);
            case ROLE -> of(device.role());
            case STATE -> of(presence);
            case TRUST -> view == null ? ABSENT : of(view.trust());
            case HEARD -> view == null ? ABSENT : of((double) view.receivedMs());
            case RATE -> view == null ? ABSENT : of(presence == Presence.SILENT ? 0 : (double) view.lastMinute());
            case MISSING -> view == null ? ABSENT : of((double) view.missing());
            case VALUE -> view == null ? ABSENT : value(view, query.quantity());
        };
    }

    private static SortKey value(DeviceView view, Optional<String> quantity) {
        for (LiveReading live : view.latest()) {
            if (!quantity.equals(Optional.of(live.reading().name()))) continue;
            return switch (live.reading().value()) {
                case Value.Number(double number) -> of(number);
                case Value.Flag(boolean flag) -> of(flag ? 1 : 0);
                case Value.Text(String text) -> of(text);
                case Value.Data(byte[] _) -> ABSENT;
            };
        }
        return ABSENT;
    }

    int compareTo(SortKey other, boolean descending) {
        if (absent != other.absent) return absent ? 1 : -1;
        int numbers = Double.compare(number, other.number);
        int order = numbers != 0 ? numbers : text.compareTo(other.text);
        return descending ? -order : order;
    }
}
