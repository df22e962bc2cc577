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
    private static final int MAX_LABEL_TEXT = 128;
    private static final int MAX_DEPTH = 4;
    private static final int VERSION = 10;

    /// The bit of label l in `seen` is l + 6: labels start at -6.
    private static final int FIRST = 6;

    private static final int V = 1 << (FIRST + 2);
    private static final int VS = 1 << (FIRST + 3);
    private static final int VB = 1 << (FIRST + 4);
    private static final int S = 1 << (FIRST + 5);
    private static final int VD = 1 << (FIRST + 8);
    private static final int VALUES = V | VS | VB | VD;
    private static final int REGULAR = -1 << FIRST;

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
    private String text = "";
    private boolean flag;
    private byte[] data = {};
    /// A bit for each label of this record.
    private int seen;

    private @Nullable String lastBase;
    private @Nullable String lastName;
    private String lastResolved = "";

    /// Reads the next record; false when it only sets base values.
    boolean read(CborReader in) {
        name = "";
        unit = null;
        time = 0;
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
                } else {
                    others = ignored(in, others, label);
                }
            } else {
                String label = in.readText(MAX_LABEL_TEXT);
                if (label.endsWith("_")) {
                    throw new CborMalformed("label " + label + " must be understood, and is not");
                }
                others = ignored(in, others, label);
            }
        }
        if ((seen & REGULAR) == 0) {
            return false;
        }
        if (Integer.bitCount(seen & VALUES) > 1) {
            throw new CborMalformed("more than one value in a record");
        }
        if ((seen & (VALUES | S)) == 0 && !hasBaseValue) {
            throw new CborMalformed("a record without a value");
        }
        return true;
    }

    private static Set<Object> ignored(CborReader in, @Nullable Set<Object> others, Object label) {
        Set<Object> all = others == null ? new HashSet<>() : others;
        if (!all.add(label)) {
            throw new CborMalformed("a label twice");
        }
        in.skip(MAX_DEPTH - 2);
        return all;
    }

    private void readLabel(CborReader in, int label) {
        if ((seen & bit(label)) != 0) {
            throw new CborMalformed("label " + label + " twice");
        }
        seen |= bit(label);
        switch (label) {
            case -6 -> baseSum = ShortFloat.read(in);
            case -5 -> {
                baseValue = ShortFloat.read(in);
                hasBaseValue = true;
            }
            case -4 -> baseUnit = in.readText(SenMl.MAX_STRING);
            case -3 -> baseTime = in.readNumber();
            case -2 -> baseName = in.readText(SenMl.MAX_NAME);
            case -1 -> {
                long version = in.readInteger();
                if (version < 1 || version > VERSION) {
                    throw new CborMalformed("a version that is not 1 to 10");
                }
            }
            case 0 -> name = in.readText(SenMl.MAX_NAME);
            case 1 -> unit = in.readText(SenMl.MAX_STRING);
            case 2 -> number = ShortFloat.read(in);
            case 3 -> text = in.readText(SenMl.MAX_STRING);
            case 4 -> flag = in.readBoolean();
            case 5 -> sum = ShortFloat.read(in);
            case 6 -> time = in.readNumber();
            case 7 -> in.readNumber();
            default -> data = in.readBytes(SenMl.MAX_STRING);
        }
    }

    private static int bit(int label) {
        return 1 << (FIRST + label);
    }

    boolean isSum() {
        return (seen & (VALUES | S)) == S;
    }

    Value resolvedValue() {
        return switch (seen & VALUES) {
            case VS -> new Value.Text(text);
            case VB -> new Value.Flag(flag);
            case VD -> new Value.Data(data);
            case V -> finite(baseValue + number);
            default -> finite(isSum() ? baseSum + sum : baseValue);
        };
    }

    private static Value finite(double value) {
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
            lastResolved = SenMlName.checked(baseName.isEmpty() ? name : name.isEmpty() ? baseName : baseName + name);
            lastName = name;
            lastBase = baseName;
        }
        return lastResolved;
    }
}
