package io.thingstead.node.notify;

import io.thingstead.node.alarm.Alarm;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import org.jspecify.annotations.Nullable;

/// Alarms in the words in which people are told of them.
final class AlarmWords {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss 'UTC'").withZone(ZoneOffset.UTC);

    private AlarmWords() {}

    static String title(Notification of) {
        Alarm alarm = of.alarm();
        String device = alarm.device() == null ? "" : ": " + alarm.device();
        return switch (of.kind()) {
            case RAISED -> "[" + alarm.severity().label() + "] " + alarm.name() + device;
            case CLEARED -> "[over] " + alarm.name() + device;
            case TEST -> "[test] Alarms of this node come here";
        };
    }

    static String text(Notification of) {
        Alarm alarm = of.alarm();
        String head = alarm.name() + (alarm.device() == null ? "" : " at " + alarm.device()) + ", alarm no. "
                + alarm.number();
        return switch (of.kind()) {
            case RAISED ->
                head + " (" + alarm.severity().label() + ")"
                        + (alarm.late() ? ", found in readings that came late" : "")
                        + "\n" + alarm.words() + "\nraised " + time(alarm.raisedMs())
                        + amount(alarm.value(), alarm.unit());
            case CLEARED -> {
                Alarm.Cleared over = alarm.cleared();
                yield head + " is over\n" + alarm.words() + "\nraised " + time(alarm.raisedMs())
                        + (over == null ? "" : ", over " + time(over.atMs()))
                        + (alarm.worst() == null
                                ? ""
                                : ", at worst"
                                        + amount(alarm.worst(), alarm.unit()).substring(1));
            }
            case TEST -> "This was sent to see whether it arrives. No alarm is raised by it.";
        };
    }

    private static String amount(@Nullable Double value, @Nullable String unit) {
        return value == null ? "" : ": " + Alarm.amount(value, unit);
    }

    private static String time(long millis) {
        return TIME.format(Instant.ofEpochMilli(millis));
    }
}
