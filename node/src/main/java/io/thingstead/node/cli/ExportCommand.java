package io.thingstead.node.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `thingstead export`: readings of devices as CSV, JSON lines or Parquet.
@Command(
        name = "export",
        description = "Takes readings of devices out, as CSV, JSON lines or Parquet.",
        mixinStandardHelpOptions = true)
final class ExportCommand implements Callable<Integer> {
    @Parameters(paramLabel = "DEVICE", arity = "0..*", description = "Devices, NAME or MEMBER:NAME; all without one.")
    private List<String> devices = List.of();

    @Option(names = "--name", paramLabel = "QUANTITY", description = "Only this quantity.")
    private @Nullable String name;

    @Option(
            names = "--from",
            paramLabel = "TIME",
            description = "From this time on: 2026-11-29, 2026-11-29T08:00:00Z, or milliseconds since 1970.")
    private @Nullable String from;

    @Option(names = "--to", paramLabel = "TIME", description = "Until this time, which is not part of it.")
    private @Nullable String to;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            description = "csv, ndjson or parquet; without it what the file's name says, or csv.")
    private @Nullable String format;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description = "Where it goes; without it to standard output.")
    private @Nullable Path output;

    @Mixin
    private DataOption data = new DataOption();

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        RunningNode node = data.node();
        String path = path(node);
        if (output == null) {
            // Bytes, not text: Parquet is none.
            node.download(path, System.out);
            System.out.flush();
            return 0;
        }
        // Under its name it is whole.
        Path partial = output.resolveSibling(output.getFileName() + ".partial");
        try (OutputStream file = Files.newOutputStream(partial)) {
            node.download(path, file);
        } catch (IOException | RuntimeException e) {
            Files.deleteIfExists(partial);
            throw e;
        }
        Files.move(partial, output, StandardCopyOption.REPLACE_EXISTING);
        PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
        out.println(output + ": " + Files.size(output) + " bytes");
        out.flush();
        return 0;
    }

    private String path(RunningNode node) {
        var query = new ArrayList<String>();
        if (!devices.isEmpty()) {
            String member = node.getJson("/api/status").path("member").asText();
            query.add("device="
                    + encoded(String.join(
                            ",",
                            devices.stream()
                                    .map(device -> device.contains(":") ? device : member + ":" + device)
                                    .toList())));
        }
        if (name != null) query.add("name=" + encoded(name));
        if (from != null) query.add("from=" + millis(from));
        if (to != null) query.add("to=" + millis(to));
        query.add("format=" + encoded(format()));
        return "/api/export?" + String.join("&", query);
    }

    private String format() {
        if (format != null) return format;
        String file = output == null ? "" : output.toString();
        return file.endsWith(".parquet")
                ? "parquet"
                : file.endsWith(".ndjson") || file.endsWith(".jsonl") ? "ndjson" : "csv";
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    static long millis(String time) {
        try {
            if (time.matches("[0-9]{1,16}")) return Long.parseLong(time);
            if (time.length() == "2026-11-29".length())
                return LocalDate.parse(time)
                        .atStartOfDay(ZoneOffset.UTC)
                        .toInstant()
                        .toEpochMilli();
            return Instant.parse(time).toEpochMilli();
        } catch (DateTimeException e) {
            throw new RunningNode.NodeException("not a time: " + time
                    + ". Times look like 2026-11-29 (UTC), 2026-11-29T08:00:00Z, or 1795939200000.");
        }
    }
}
