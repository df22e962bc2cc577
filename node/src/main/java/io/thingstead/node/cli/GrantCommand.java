package io.thingstead.node.cli;

import java.io.PrintWriter;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `thingstead grant DEVICE --to MEMBER`: lets another member read a device of this one, or no more.
@Command(
        name = "grant",
        description = {
            "Lets another member read what a device says, of what is received from one time to another.",
            "A new grant to the same member takes the place of the one before. What a member has read, it has."
        },
        mixinStandardHelpOptions = true)
final class GrantCommand implements Callable<Integer> {
    @Parameters(paramLabel = "DEVICE", description = "The device's name, alone or as member:name.")
    private String device = "";

    @Option(names = "--to", paramLabel = "MEMBER", required = true, description = "The member that may read it.")
    private String to = "";

    @Option(
            names = "--from",
            paramLabel = "TIME",
            description = {
                "From what is received then on, for example 2026-05-01 or 2026-05-01T08:00:00Z (default: from now on;"
                        + " \"beginning\": everything)."
            })
    private @Nullable String from;

    @Option(
            names = "--to-time",
            paramLabel = "TIME",
            description = "Up to what is received before then (default: until it is revoked).")
    private @Nullable String until;

    @Option(names = "--revoke", description = "Take the grant back.")
    private boolean revoke;

    @Mixin
    private DataOption data = new DataOption();

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() {
        RunningNode node = data.node();
        String id = node.device(device);
        Map<String, Object> body = new LinkedHashMap<>(Map.of("device", id, "to", to));
        if (revoke) {
            node.post("/api/grants/revoke", body);
        } else {
            if (from != null) {
                body.put("fromMs", millis(from));
            }
            if (until != null) {
                body.put("toMs", millis(until));
            }
            node.post("/api/grants", body);
        }
        PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
        out.println(
                revoke
                        ? to + " may read " + id + " no more."
                        : to + " may read " + id + " (thingstead grants lists them).");
        out.flush();
        return 0;
    }

    /// A day in UTC, or a time with its zone.
    static long millis(String text) {
        if (text.equals("beginning")) {
            return 0;
        }
        try {
            Instant time = text.length() == 10
                    ? LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant()
                    : OffsetDateTime.parse(text).toInstant();
            return time.toEpochMilli();
        } catch (DateTimeException e) {
            throw new RunningNode.NodeException(
                    "not a time: \"" + text + "\" (2026-05-01, or 2026-05-01T08:00:00Z, or with +02:00)");
        }
    }
}
