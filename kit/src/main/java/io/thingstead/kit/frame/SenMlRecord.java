package io.thingstead.kit.frame;

import io.thingstead.kit.crypto.CborMalformed;
import io.thingstead.kit.crypto.CborReader;
import io.thingstead.kit.model.Value;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The labels of one SenML record, with the base values that hold on from the records before (RFC 8428 §4.1, §4.6).
/// One object reads a whole pack, so that a burst makes little garbage.
final class SenMlRecord {
    private static final int MAX_LABELS = 32;
    private static final int MAX_DEPTH = 4;
    private static final int VERSION = 10;

    private String baseName = "";
    private double baseTime;
    private @Nullable String baseUnit;
    private double baseValue;
    private boolean hasBaseValue;
    private double baseSum;

    private String name = "";
    private @Nullable String unit;
    private double time;
    private double number;
    private double sum;
    private @Nullable String text;
    private boolean flag;
    private byte @Nullable [] data;
    private int seen;
    private @Nullable String lastBase;
    private @Nullable String lastName;
    private String lastResolved = "";

    void read(CborReader in) {
        name = "";
        unit = null;
        time = 0;
        text = null;
        data = null;
        seen = 0;
        Set<Object> others = null;
        int count = in.readMap(MAX_LABELS);
        for (int i = 0; count == CborReader.INDEFINITE ? !in.readBreak() : i < count; i++) {
            if (i == MAX_LABELS) {
                throw new CborMalformed("more than " + MAX_LABELS + " labels");
            }
            if (in.nextIsInteger()) {
                long label = in.readInteger();
                if (label >= -6 && label <= 8) {
                    readLabel(in, (int) label);
                    continue;
                }
                others = unknown(in, others, label);
            } else {
                String label = in.readText(SenMl.MAX_NAME);
                if (label.endsWith("_")) {
                    throw new CborMalformed("label " + label + " must be understood, and is not");
                }
                others = unknown(in, others, label);
            }
        }
        if (Integer.bitCount(seen & (bit(2) | bit(3) | bit(4) | bit(8))) > 1) {
            throw new CborMalformed("more than one value in a record");
        }
        if (!has(2) && !has(3) && !has(4) && !has(8) && !has(5) && !hasBaseValue) {
            throw new CborMalformed("a record without a value");
        }
    }

    private static Set<Object> unknown(CborReader in, @Nullable Set<Object> others, Object label) {
        Set<Object> all = others == null ? new HashSet<>() : others;
        if (!all.add(label)) {
            throw new CborMalformed("a label twice");
        }
        in.skip(MAX_DEPTH - 2);
        return all;
    }

    private void readLabel(CborReader in, int label) {
        if (has(label)) {
            throw new CborMalformed("label " + label + " twice");
        }
        seen |= bit(label);
        switch (label) {
            case -6 -> baseSum = in.readNumber();
            case -5 -> {
                baseValue = in.readNumber();
                hasBaseValue = true;
            }
            case -4 -> baseUnit = in.readText(SenMl.MAX_STRING);
            case -3 -> baseTime = in.readNumber();
            case -2 -> baseName = in.readText(SenMl.MAX_NAME);
            case -1 -> {
                if (in.readInteger() != VERSION) {
                    throw new CborMalformed("a version that is not 10");
                }
            }
            case 0 -> name = in.readText(SenMl.MAX_NAME);
            case 1 -> unit = in.readText(SenMl.MAX_STRING);
            case 2 -> number = in.readNumber();
            case 3 -> text = in.readText(SenMl.MAX_STRING);
            case 4 -> flag = in.readBoolean();
            case 5 -> sum = in.readNumber();
            case 6 -> time = in.readNumber();
            case 7 -> in.readNumber();
            default -> data = in.readBytes(SenMl.MAX_STRING);
        }
    }

    private boolean has(int label) {
        return (seen & bit(label)) != 0;
    }

    private static int bit(int label) {
        return 1 << (label + 6);
    }

    boolean isSum() {
        return has(5) && !has(2) && !has(3) && !has(4) && !has(8);
    }

    Value resolvedValue() {
        if (text != null) {
            return new Value.Text(text);
        }
        if (has(4)) {
            return new Value.Flag(flag);
        }
        if (data != null) {
            return new Value.Data(data);
        }
        double value = isSum() ? baseSum + sum : baseValue + (has(2) ? number : 0);
        if (!Double.isFinite(value)) {
            throw new CborMalformed("a value out of range");
        }
        return new Value.Number(value);
    }

    double resolvedTime() {
        return baseTime + time;
    }

    @Nullable
    String resolvedUnit() {
        return unit != null ? unit : baseUnit;
    }

    /// The name of the record before is used again where the parts are the same: bursts repeat one name.
    String resolvedName() {
        if (!name.equals(lastName) || !baseName.equals(lastBase)) {
            lastResolved = checkedName(baseName.isEmpty() ? name : name.isEmpty() ? baseName : baseName + name);
            lastName = name;
            lastBase = baseName;
        }
        return lastResolved;
    }

    /// RFC 8428 §4.5.1.
    private static String checkedName(String resolved) {
        if (resolved.isEmpty() || resolved.length() > SenMl.MAX_NAME || !isLetterOrDigit(resolved.charAt(0))) {
            throw new CborMalformed("a name must have 1 to 128 characters and start with a letter or digit");
        }
        for (int i = 0; i < resolved.length(); i++) {
            char c = resolved.charAt(i);
            if (!isLetterOrDigit(c) && c != '-' && c != ':' && c != '.' && c != '/' && c != '_') {
                throw new CborMalformed("a name has characters that are not allowed");
            }
        }
        return resolved;
    }

    private static boolean isLetterOrDigit(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    }
}
