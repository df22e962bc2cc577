package io.thingstead.node.people;

import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/// What an HTTP route asks of whoever comes. What no need lets in is refused.
public enum Need {
    /// of nobody anything: it tells nothing of what the member's devices say, or is what strangers verify with
    NOTHING,
    /// the route asks by itself: devices come with their keys and tokens
    DEVICE,
    /// to be somebody
    SIGNED_IN,
    /// to see readings, devices, commands and what the ledger tells
    READ,
    /// to take readings out in bulk
    EXPORT,
    /// to see the node's own figures
    METRICS,
    /// to tell devices something
    COMMANDS,
    /// to register devices and change them, and to say who else reads them
    DEVICES,
    /// to acknowledge alarms and set their rules
    ALARMS,
    /// to move money with the member's authority
    MONEY,
    /// to speak for the member, to let people in, and to change the node itself
    ADMIN;

    /// Those that an API key can be given.
    public static final Set<Need> SCOPES = Collections.unmodifiableSet(EnumSet.range(READ, ADMIN));

    /// As programs and people write it.
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    public static Optional<Need> scope(String label) {
        return Arrays.stream(values())
                .filter(need -> SCOPES.contains(need) && need.label().equals(label))
                .findFirst();
    }
}
