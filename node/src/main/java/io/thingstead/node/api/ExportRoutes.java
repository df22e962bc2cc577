package io.thingstead.node.api;

import io.javalin.http.Context;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Refused;
import io.thingstead.node.openapi.Operation;
import io.thingstead.node.openapi.Parameter;
import io.thingstead.node.view.series.Selection;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/// Readings taken out in bulk, as CSV, JSON lines or Parquet, in bounded memory however many they are.
final class ExportRoutes {
    private static final int AT_ONCE = 2;
    private static final int MOST_DEVICES = 50;
    private static final long MOST_READINGS = 10_000_000;
    private static final long FOR_EVER_MS = 1L << 52;
    private static final int BUFFER_BYTES = 1 << 16;

    private static final Parameter<List<DeviceId>> DEVICES =
            Parameter.devices("device", MOST_DEVICES, "Only those of these devices, with commas between them.");
    private static final Parameter<String> NAME =
            Parameter.text("name", "Only those of this quantity.").example("temperature");
    private static final Parameter<String> FORMAT = Parameter.matching(
                    "format", ExportFormat.expression(), "csv, ndjson or parquet", "What they are written as.")
            .or(ExportFormat.CSV.label());
    private static final Operation EXPORT = Operation.of("Readings", "Takes readings out, in the order of the log")
            .details("At most " + MOST_READINGS
                    + " at once. Times are the devices'; `index` is the leaf in the member's log,"
                    + " of which `/api/proofs?index=` gives the proof. What came in the last second may be missing. An answer"
                    + " that breaks off is not whole: its connection ends without the end of the content.")
            .takes(DEVICES, NAME, ReadingRoutes.FROM, ReadingRoutes.TO, FORMAT)
            .answers(
                    ExportFormat.CSV.mediaType(),
                    "`time` (RFC 3339), `device`, `name`, `unit`, `value`, `trust`, `index`.")
            .answers(ExportFormat.NDJSON.mediaType(), "A JSON object a line.")
            .answers(
                    ExportFormat.PARQUET.mediaType(),
                    "`time`, `device`, `name`, `unit`, `number`, `text`, `kind`, `relative`, `trust`, `index`.")
            .refuses(Refusal.DEVICE_UNKNOWN, Refusal.DEVICE_FOREIGN, Refusal.EXPORT_TOO_LARGE);

    private final Api api;
    private final Semaphore exports = new Semaphore(AT_ONCE);

    ExportRoutes(Api api) {
        this.api = api;
    }

    void register(Routes routes) {
        routes.get("/api/export", EXPORT, this::export);
    }

    private void export(Context context) throws IOException {
        var params = new Params(context);
        var devices = params.find(DEVICES).orElse(List.of());
        var name = params.find(NAME);
        long from = params.find(ReadingRoutes.FROM).orElse(0L);
        long to = params.find(ReadingRoutes.TO).orElse(FOR_EVER_MS);
        var format = params.find(FORMAT).flatMap(ExportFormat::of);
        if (params.sendRefusal()) return;
        var objection = devices.stream()
                .flatMap(device -> Optional.ofNullable(objection(device)).stream())
                .findFirst();
        if (objection.isPresent()) {
            Problem.of(objection.get()).send(context);
            return;
        }
        if (!exports.tryAcquire()) {
            Problem.send(context, Refusal.BUSY, AT_ONCE + " exports are under way: try again later");
            return;
        }
        try {
            export(context, new Selection(devices, name, from, to), format.orElseThrow());
        } finally {
            exports.release();
        }
    }

    private @Nullable Refused objection(DeviceId device) {
        if (!device.member().equals(api.member()))
            return new Refused(Refusal.DEVICE_FOREIGN, device + " is not a device of " + api.member());
        return api.ledger().device(device) == null
                ? new Refused(Refusal.DEVICE_UNKNOWN, "there is no device " + device)
                : null;
    }

    private void export(Context context, Selection selection, ExportFormat format) throws IOException {
        long count = api.series().count(selection);
        if (count > MOST_READINGS) {
            Problem.send(
                    context,
                    Refusal.EXPORT_TOO_LARGE,
                    "these are %d readings, and at most %d are taken out at once: choose a shorter span, or fewer devices"
                            .formatted(count, MOST_READINGS));
            return;
        }
        if (format == ExportFormat.PARQUET) parquet(context, selection);
        else lines(context, selection, format);
    }

    private void lines(Context context, Selection selection, ExportFormat format) throws IOException {
        var lines = ReadingLines.of(format);
        // Not closed where something fails: that would end the content as if it were whole.
        var out = begin(context, format);
        out.write(lines.head());
        api.series().each(selection, readings -> {
            try {
                for (var reading : readings) out.write(lines.of(reading));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        out.flush();
    }

    /// In a file first: only its end says where its parts are.
    private void parquet(Context context, Selection selection) throws IOException {
        try (var file = api.series().parquet(selection)) {
            context.res().setContentLengthLong(Files.size(file.path()));
            var out = begin(context, ExportFormat.PARQUET);
            Files.copy(file.path(), out);
            out.flush();
        }
    }

    private static OutputStream begin(Context context, ExportFormat format) throws IOException {
        var response = context.res();
        response.setContentType(format.mediaType());
        response.setHeader("Cache-Control", "no-store");
        response.setHeader("Content-Disposition", "attachment; filename=\"" + format.fileName() + "\"");
        return new BufferedOutputStream(response.getOutputStream(), BUFFER_BYTES);
    }
}
