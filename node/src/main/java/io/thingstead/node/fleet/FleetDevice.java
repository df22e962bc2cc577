package io.thingstead.node.fleet;

import io.thingstead.kit.model.DeviceId;
import io.thingstead.node.ledger.DeviceRecord;
import io.thingstead.node.view.live.DeviceView;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A device of the fleet: what the ledger knows of it, what people call it, and where to look for what it last said.
public final class FleetDevice implements Comparable<FleetDevice> {
    private final DeviceId id;
    private final Role role;
    private final Optional<String> label;
    private final String inOrder;
    private final String searched;

    private final Supplier<@Nullable DeviceView> live;

    /// @param live what it last said
    FleetDevice(DeviceRecord record, Optional<String> label, Supplier<@Nullable DeviceView> live) {
        this.live = live;
        this.id = record.device();
        this.role = Role.of(record);
        this.label = label;
        this.inOrder = inOrder(id);
        this.searched = (id.value() + "\n" + label.orElse("") + "\n" + role.label()).toLowerCase(Locale.ROOT);
    }

    public DeviceId id() {
        return id;
    }

    public Role role() {
        return role;
    }

    public Optional<String> label() {
        return label;
    }

    /// What is known of it right now; null while it never said anything.
    @Nullable
    DeviceView view() {
        return live.get();
    }

    /// Whether a word in small letters is in its name, label or role.
    boolean has(String word) {
        return searched.contains(word);
    }

    @Override
    public int compareTo(FleetDevice other) {
        return inOrder.compareTo(other.inOrder);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof FleetDevice that && inOrder.equals(that.inOrder);
    }

    @Override
    public int hashCode() {
        return inOrder.hashCode();
    }

    /// @param place what `inOrder` says of a device
    int compareTo(String place) {
        return inOrder.compareTo(place);
    }

    /// Sorts as people count: `box-2` before `box-10`. Digits are led by how many there are, as one character that no
    /// name has; what differs in leading zeros only is told apart by the name itself.
    static String inOrder(DeviceId id) {
        String name = id.name();
        var key = new StringBuilder(2 * name.length() + 2);
        for (int i = 0; i < name.length(); ) {
            if (!isDigit(name.charAt(i))) {
                key.append(name.charAt(i++));
                continue;
            }
            while (i + 1 < name.length() && name.charAt(i) == '0' && isDigit(name.charAt(i + 1))) i++;
            int from = i;
            while (i < name.length() && isDigit(name.charAt(i))) i++;
            key.append((char) (i - from)).append(name, from, i);
        }
        return key.append('\0').append(name).toString();
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }
}
