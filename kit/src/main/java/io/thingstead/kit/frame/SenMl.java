package io.thingstead.kit.frame;

import io.thingstead.kit.crypto.CborMalformed;
import io.thingstead.kit.crypto.CborReader;
import io.thingstead.kit.model.Reading;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Result;
import io.thingstead.kit.model.Value;
import java.util.ArrayList;
import java.util.List;

/// SenML-CBOR (RFC 8428 §6) into resolved readings, bounded as `docs/formats.md` §4 says.
public final class SenMl {
    public static final int MAX_RECORDS = 4_096;
    public static final int MAX_STRING = 8_192;
    public static final int MAX_NAME = 128;

    /// Times below this are relative to now (RFC 8428 §4.5.3).
    static final double ABSOLUTE = 0x1p28;

    private static final double MAX_TIME = 0x1p40;

    /// The times that a device can give: earlier ones would be taken for relative (in July 1978), later ones are out of
    /// range.
    static final long FIRST_MS = (1L << 28) * 1000;

    static final long LAST_MS = (1L << 40) * 1000 - 1;

    private SenMl() {}

    /// The readings of a payload. Times that are relative, or missing, count from `receivedMs`.
    public static Result<List<Reading>> decode(byte[] payload, long receivedMs) {
        try {
            return Result.ok(read(payload, receivedMs));
        } catch (CborMalformed e) {
            return Result.no(Refusal.FRAME_PAYLOAD, "SenML payload: " + e.getMessage());
        }
    }

    private static List<Reading> read(byte[] payload, long receivedMs) {
        CborReader in = CborReader.lenient(payload);
        int count = in.readArray(MAX_RECORDS);
        List<Reading> readings = new ArrayList<>(count == CborReader.INDEFINITE ? 8 : count);
        SenMlRecord record = new SenMlRecord();
        for (int i = 0; count == CborReader.INDEFINITE ? !in.readBreak() : i < count; i++) {
            if (i == MAX_RECORDS) {
                throw new CborMalformed("more than " + MAX_RECORDS + " records");
            }
            if (record.read(in)) {
                readings.add(resolve(record, receivedMs));
            }
        }
        in.expectEnd();
        if (readings.isEmpty()) {
            throw new CborMalformed("no reading");
        }
        return readings;
    }

    private static Reading resolve(SenMlRecord record, long receivedMs) {
        String name = record.resolvedName();
        Value value = record.resolvedValue();
        double seconds = record.resolvedTime();
        if (!(Math.abs(seconds) < MAX_TIME)) {
            throw new CborMalformed("a time out of range");
        }
        boolean relative = seconds < ABSOLUTE;
        long ms = Math.round(seconds * 1000);
        return new Reading(
                record.isSum() ? name + "#sum" : name,
                record.resolvedUnit(),
                value,
                relative ? receivedMs + ms : ms,
                relative);
    }
}
