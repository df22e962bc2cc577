package io.thingstead.node.alarm;

import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.MemberId;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The devices that a rule is about: names, and patterns in which `*` stands for any letters, so that `box-*` is all
/// boxes and `*` all devices. Without a member, the member's own.
record Scope(List<String> names, List<Pattern> patterns) {
    static final Pattern NAME = Pattern.compile("(?:[a-z0-9-]{1,32}:)?[a-z0-9*-]{1,64}");

    static Scope of(List<String> names) {
        return new Scope(List.copyOf(names), names.stream().map(Scope::pattern).toList());
    }

    private static Pattern pattern(String name) {
        String whole = name.contains(":") ? name : "[^:]+:" + name;
        return Pattern.compile(whole.replace("*", "[a-z0-9-]*"));
    }

    /// Patterns are equal to themselves only.
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Scope scope && names.equals(scope.names);
    }

    @Override
    public int hashCode() {
        return names.hashCode();
    }

    boolean has(DeviceId device) {
        return patterns.stream()
                .anyMatch(pattern -> pattern.matcher(device.value()).matches());
    }

    /// The devices that are meant by their names.
    List<DeviceId> named(MemberId member) {
        return names.stream()
                .filter(name -> name.indexOf('*') < 0)
                .map(name -> name.contains(":") ? name : member + ":" + name)
                .flatMap(name -> DeviceId.parse(name).stream())
                .toList();
    }

    String inWords() {
        return names.equals(List.of("*")) ? "all devices" : String.join(", ", names);
    }
}
