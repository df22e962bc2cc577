package io.thingstead.node.view.series;

import io.thingstead.kit.model.DeviceId;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/// A selection as the condition of a month's rows, in the numbers of that file's dictionary.
///
/// @param condition what follows `WHERE`
record Selected(Month month, String condition) {
    /// Empty where the month has nothing of it.
    static List<Selected> in(List<Month> months, Selection selection) {
        var found = new ArrayList<Selected>();
        for (var month : months) {
            var condition = condition(month.dictionary(), selection);
            if (!condition.isEmpty()) found.add(new Selected(month, condition));
        }
        return found;
    }

    private static String condition(Dictionary dictionary, Selection selection) {
        var parts = new ArrayList<String>();
        parts.add("time_ms >= " + selection.fromMs());
        parts.add("time_ms < " + selection.toMs());
        if (!selection.devices().isEmpty()) {
            var numbers = selection.devices().stream()
                    .map((DeviceId device) -> dictionary.find(device))
                    .filter(OptionalInt::isPresent)
                    .map(OptionalInt::getAsInt)
                    .toList();
            if (numbers.isEmpty()) return "";
            parts.add("device IN (" + Sql.numbers(numbers) + ")");
        }
        if (selection.name().isPresent()) {
            var numbers = dictionary.find(selection.name().get());
            if (numbers.isEmpty()) return "";
            parts.add("quantity IN (" + Sql.numbers(numbers) + ")");
        }
        return String.join(" AND ", parts);
    }
}
