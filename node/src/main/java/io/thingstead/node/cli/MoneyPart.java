package io.thingstead.node.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// What the commands about money have in common: how people write accounts, assets and spans of time.
abstract class MoneyPart implements Callable<Integer> {
    private static final Pattern SPAN = Pattern.compile("([1-9][0-9]{0,5})([mhd])");
    private static final long MINUTE_MS = 60_000;

    @Mixin
    DataOption data = new DataOption();

    @Spec
    private @Nullable CommandSpec spec;

    void say(String line) {
        PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
        out.println(line);
        out.flush();
    }

    /// Says what the ledger says happened.
    int sayDone(JsonNode done) {
        done.path("events").forEach(event -> say(event.path("words").asText() + "."));
        return 0;
    }

    /// `acme` is the member, `acme:box` the device; else as it stands.
    static String account(String name) {
        if (name.contains("/")) return name;
        return (name.contains(":") ? "device/" : "member/") + name;
    }

    static String own(RunningNode node) {
        return "member/" + node.getJson("/api/status").path("member").asText();
    }

    /// A code alone is an asset of this member.
    static String asset(RunningNode node, String name) {
        return name.contains(":")
                ? name
                : node.getJson("/api/status").path("member").asText() + ":" + name;
    }

    /// `90m`, `12h`, `30d`.
    static long millis(String span) {
        Matcher read = SPAN.matcher(span);
        if (!read.matches()) throw new RunningNode.NodeException("not a span of time: " + span + " (90m, 12h, 30d)");
        long minutes = switch (read.group(2)) {
            case "m" -> 1;
            case "h" -> 60;
            default -> 24 * 60;
        };
        return Long.parseLong(read.group(1)) * minutes * MINUTE_MS;
    }

    static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    /// The path of an account, which has two parts.
    static String path(String account) {
        int slash = account.indexOf('/');
        return "/api/accounts/" + encoded(account.substring(0, slash)) + "/" + encoded(account.substring(slash + 1));
    }
}
