package io.thingstead.node.contract;

import io.thingstead.kit.model.DeviceId;
import io.thingstead.node.contract.Contract.Term;
import io.thingstead.node.contract.Contract.TermType;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// Terms and their values. All quantities of one unit, streams too, get one scale: that of the most exact of them.
final class TermReader {
    private static final int MAX_TEXT_VALUE = 500;

    private final Form form;
    private final Map<String, String> given;
    private final List<Written> written = new ArrayList<>();

    /// A term as it stands in the text.
    ///
    /// @param decimal what it says where it is a number
    private record Written(
            String name, Spot at, TermType type, @Nullable BigDecimal decimal, Values.Value value) {}

    TermReader(Form form, Map<String, String> given) {
        this.form = form;
        this.given = given;
    }

    List<Term> terms() {
        Map<String, Integer> scales = scales();
        return written.stream()
                .map(w -> new Term(
                        w.name,
                        switch (w.type) {
                            case TermType.Quantity(String unit, var _) ->
                                new TermType.Quantity(unit, scales.getOrDefault(unit, 0));
                            case TermType.Stream(String device, String reading, String unit, var _) ->
                                new TermType.Stream(device, reading, unit, scales.getOrDefault(unit, 0));
                            default -> w.type;
                        }))
                .toList();
    }

    Values values() {
        Map<String, Integer> scales = scales();
        return new Values(written.stream()
                .map(w -> w.type instanceof TermType.Quantity(String unit, var _) && w.decimal != null
                        ? new Values.Value.Number(Numbers.exactly(w.decimal, scales.getOrDefault(unit, 0))
                                .orElseGet(() -> {
                                    form.wrong("check.value", w.at, "a number over 2^53 - 1", "Write a smaller one.");
                                    return 0;
                                }))
                        : w.value)
                .toList());
    }

    private Map<String, Integer> scales() {
        Map<String, Integer> scales = new LinkedHashMap<>();
        for (Written w : written) {
            switch (w.type) {
                case TermType.Quantity(String unit, int scale) -> scales.merge(unit, scale, Math::max);
                case TermType.Stream(var _, var _, String unit, int scale) -> scales.merge(unit, scale, Math::max);
                default -> {}
            }
        }
        return scales;
    }

    void term(String name, Source.Entry entry) {
        String path = "terms." + name;
        Map<String, Source.Entry> parts = form.fields(
                entry.value(),
                entry.at(),
                path,
                "A term",
                "type",
                "value",
                "unit",
                "asset",
                "held_by",
                "device",
                "reading",
                "decimals");
        String type = form.text(parts, "type", entry.at(), "The type of " + name, 40);
        switch (type) {
            case "money" -> money(name, entry.at(), parts);
            case "quantity" -> quantity(name, entry.at(), parts);
            case "duration" -> duration(name, entry.at(), parts);
            case "device" -> device(name, entry.at(), parts);
            case "stream" -> stream(name, entry.at(), parts);
            case "text" -> text(name, entry.at(), parts);
            case "" -> {}
            default ->
                form.wrong(
                        "check.type",
                        form.spots().at(path + ".type"),
                        "there is no type “" + type + "”",
                        ContractTextReader.meant(
                                type, List.of("money", "quantity", "duration", "device", "stream", "text")));
        }
    }

    private String value(String name, Spot at, Map<String, Source.Entry> parts, String example) {
        String value = given.get(name);
        if (value == null && parts.containsKey("value")) {
            value = form.text(parts, "value", at, "The value of " + name, MAX_TEXT_VALUE);
        }
        if (value == null) {
            form.wrong("check.missing", at, "“" + name + "” has no value", "Add a line “value: " + example + "”.");
            return "";
        }
        return value;
    }

    private Spot valueAt(String name) {
        return form.spots().at("terms." + name + ".value");
    }

    private @Nullable BigDecimal decimal(String name, Spot at, Map<String, Source.Entry> parts, String example) {
        String value = value(name, at, parts, example);
        Optional<BigDecimal> decimal = Numbers.decimal(value);
        if (decimal.isEmpty() && !value.isEmpty()) {
            form.wrong(
                    "check.value",
                    valueAt(name),
                    "“" + value + "” is not a plain decimal number",
                    "Write it like " + example + ": digits, and a point before decimals.");
        }
        return decimal.orElse(null);
    }

    private void money(String name, Spot at, Map<String, Source.Entry> parts) {
        String asset = form.text(parts, "asset", at, "The asset of " + name, 48);
        BigDecimal decimal = decimal(name, at, parts, "\"120.00\"");
        int decimals = decimal == null ? 0 : decimal.scale();
        String stated = form.textOr(parts, "decimals", "The decimals", 2, "");
        if (!stated.isEmpty()) {
            decimals = stated.matches("[0-9]") ? stated.charAt(0) - '0' : -1;
            if (decimals < 0) {
                form.wrong(
                        "check.value",
                        form.spots().at("terms." + name + ".decimals"),
                        "decimals are 0 to 9",
                        "Write how many decimals the asset has.");
                decimals = 0;
            }
        }
        OptionalLong amount = decimal == null ? OptionalLong.of(1) : Numbers.exactly(decimal, decimals);
        if (amount.isEmpty() || amount.getAsLong() < 1) {
            form.wrong(
                    "check.value",
                    valueAt(name),
                    "money is over 0, with at most " + decimals + " decimals here, and below 2^53 of the smallest unit",
                    "Write the amount with all decimals of the asset: \"120.00\".");
            amount = OptionalLong.of(1);
        }
        add(name, at, new TermType.Money(asset, decimals), null, new Values.Value.Number(amount.getAsLong()));
    }

    private void quantity(String name, Spot at, Map<String, Source.Entry> parts) {
        String unit = unit(name, at, parts);
        BigDecimal decimal = decimal(name, at, parts, "\"8.0\"");
        add(
                name,
                at,
                new TermType.Quantity(unit, decimal == null ? 0 : decimal.scale()),
                decimal == null ? BigDecimal.ZERO : decimal,
                new Values.Value.Number(0));
    }

    private String unit(String name, Spot at, Map<String, Source.Entry> parts) {
        return form.text(parts, "unit", at, "The unit of " + name, 32);
    }

    private void duration(String name, Spot at, Map<String, Source.Entry> parts) {
        String value = value(name, at, parts, "30 min");
        OptionalLong ms = Numbers.duration(value);
        if (!value.isEmpty() && (ms.isEmpty() || ms.getAsLong() < 1)) {
            form.wrong(
                    "check.value",
                    valueAt(name),
                    "“" + value + "” is not a duration",
                    "Write a number and one of ms, s, min, h, d: 30 min.");
        }
        add(name, at, new TermType.Duration(), null, new Values.Value.Number(Math.max(1, ms.orElse(1))));
    }

    private void device(String name, Spot at, Map<String, Source.Entry> parts) {
        String heldBy = form.text(parts, "held_by", at, "Whose node takes the readings of " + name + " (held_by)", 40);
        String value = value(name, at, parts, "member:name");
        if (!value.isEmpty() && DeviceId.parse(value).isEmpty()) {
            form.wrong(
                    "check.value",
                    valueAt(name),
                    "“" + value + "” is not a device's full name",
                    "Write member:name, as the page of the device shows it.");
        }
        add(name, at, new TermType.Device(heldBy), null, new Values.Value.Text(value));
    }

    private void stream(String name, Spot at, Map<String, Source.Entry> parts) {
        add(
                name,
                at,
                new TermType.Stream(
                        form.text(parts, "device", at, "The device of " + name, 40),
                        form.text(parts, "reading", at, "The reading's name, as the device sends it,", 128),
                        unit(name, at, parts),
                        0),
                null,
                Values.NONE);
    }

    private void text(String name, Spot at, Map<String, Source.Entry> parts) {
        add(name, at, new TermType.Text(), null, new Values.Value.Text(value(name, at, parts, "words")));
    }

    private void add(String name, Spot at, TermType type, @Nullable BigDecimal decimal, Values.Value value) {
        written.add(new Written(name, at, type, decimal, value));
    }
}
