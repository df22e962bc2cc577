package io.thingstead.node.notify;

import io.thingstead.kit.crypto.Sha256;
import io.thingstead.node.alarm.Severity;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Notifications that are told together, in words.
///
/// @param member whose node tells it
/// @param page where people look at alarms; absent where nobody said it
record Letter(String member, @Nullable String page, List<Notification> notifications) {
    /// The same letter has the same one, however often it is sent.
    String id() {
        String ids = notifications.stream().map(each -> each.id(member)).collect(Collectors.joining(" "));
        return notifications.size() == 1
                ? ids
                : member + "-" + HexFormat.of().formatHex(Sha256.of(ids.getBytes(StandardCharsets.UTF_8)), 0, 12);
    }

    Severity severity() {
        return notifications.stream()
                .map(each -> each.kind() == Notification.Kind.CLEARED
                        ? Severity.INFO
                        : each.alarm().severity())
                .max(Comparator.naturalOrder())
                .orElse(Severity.INFO);
    }

    String title() {
        String first = AlarmWords.title(notifications.getFirst());
        int more = notifications.size() - 1;
        return more == 0 ? first : first + ", and " + more + " more";
    }

    String text() {
        String all = notifications.stream().map(AlarmWords::text).collect(Collectors.joining("\n\n"));
        return all + "\n\nFrom the node of " + member + (page == null ? "." : ": " + page) + "\n";
    }
}
