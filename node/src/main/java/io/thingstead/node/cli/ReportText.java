package io.thingstead.node.cli;

import io.thingstead.kit.model.Reading;
import io.thingstead.kit.model.Value;
import io.thingstead.kit.proof.Claim;
import io.thingstead.kit.proof.Report;
import io.thingstead.kit.proof.Step;
import io.thingstead.kit.proof.Verdict;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Objects;

/// A verification report as text for a terminal. Colour is never alone: each line has its mark, too.
final class ReportText {
    private static final String GREEN = "\u001b[32m";
    private static final String RED = "\u001b[31m";
    private static final String YELLOW = "\u001b[33m";
    private static final String GREY = "\u001b[90m";
    private static final String PLAIN = "\u001b[0m";

    private final PrintWriter out;
    private final boolean colour;

    ReportText(PrintWriter out, boolean colour) {
        this.out = out;
        this.colour = colour;
    }

    void print(Report report, Path trustFile, long now) {
        out.println(headline(report.verdict()));
        var failure = report.failure();
        if (failure != null) out.println("   " + failure.found());
        var claim = report.claim();
        if (claim != null) {
            out.println();
            printClaim(claim, report.verdict());
        }
        out.println();
        report.steps().forEach(this::printStep);
        if (!report.notProven().isEmpty()) {
            out.println();
            out.println("What this does not prove:");
            report.notProven().forEach(text -> out.println(" - " + text));
        }
        var asOf = report.trustAsOf();
        if (asOf != null) {
            out.println();
            out.println("Trusted: " + trustFile + ", "
                    + TrustText.origin(Objects.requireNonNull(report.trustRoot()), asOf, now) + ".");
        }
    }

    private String headline(Verdict verdict) {
        return switch (verdict) {
            case PROVEN -> coloured(GREEN, "✓  PROVEN");
            case PROVEN_BY_ONE_MEMBER -> coloured(GREEN, "✓  PROVEN, by one member's word");
            case ACCEPTED_BEFORE_REVOCATION ->
                coloured(YELLOW, "!  NOT PROVEN: accepted before the key ended by the member's word only");
            case FALSE -> coloured(RED, "✗  FALSE");
            case UNREADABLE -> coloured(GREY, "?  UNREADABLE: neither proven nor disproven");
        };
    }

    private void printClaim(Claim claim, Verdict verdict) {
        out.println(verdict.isProven() ? "What is proven:" : "What the file claims, not proven:");
        row("device", claim.device() + ", frame " + claim.n());
        var trust = claim.trust();
        row("trust level", trust == null ? "none: this key may not sign frames" : trust.label());
        for (var reading : claim.readings()) row("reading", inWords(reading));
        row("received", time(claim.receivedMs()) + ", says the member");
        row("in the log", "between " + time(claim.notBeforeMs()) + " and " + time(claim.notAfterMs()));
        row("log", claim.log() + ", entry " + claim.index());
        row("whose word", String.join(", ", claim.whoseWord()));
        row("key", claim.key().hex());
        row("ledger", claim.ledger().hex());
    }

    private void row(String name, String value) {
        out.printf(Locale.ROOT, "   %-12s %s%n", name, value);
    }

    static String inWords(Reading reading) {
        return reading.name() + " " + inWords(reading.value())
                + (reading.unit() == null ? "" : " " + Objects.requireNonNull(reading.unit())) + " at "
                + time(reading.timeMs())
                + (reading.relativeTime() ? " (counted from the receipt)" : "");
    }

    private static String inWords(Value value) {
        return switch (value) {
            case Value.Number(double number) ->
                number == Math.rint(number) && Math.abs(number) < 0x1p53
                        ? Long.toString((long) number)
                        : Double.toString(number);
            case Value.Text(var text) -> printable(text);
            case Value.Flag(boolean flag) -> Boolean.toString(flag);
            case Value.Data(var data) -> HexFormat.of().formatHex(data);
        };
    }

    /// Text of a stranger must not steer the terminal.
    private static String printable(String text) {
        return text.codePoints()
                .map(c -> Character.isISOControl(c) || Character.getType(c) == Character.FORMAT ? '\ufffd' : c)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    private void printStep(Step step) {
        var mark = switch (step.outcome()) {
            case PASSED -> coloured(GREEN, "✓");
            case FAILED -> coloured(RED, "✗");
            case NOT_CHECKED -> coloured(GREY, "–");
        };
        out.println(" " + mark + " " + step.found());
        out.println("   " + coloured(GREY, step.meaning()));
    }

    private String coloured(String code, String text) {
        return colour ? code + text + PLAIN : text;
    }

    private static String time(long ms) {
        return Instant.ofEpochMilli(ms).toString();
    }

    static String age(long ms) {
        if (ms < 0) return "in the future, which cannot be";
        var age = Duration.ofMillis(ms);
        if (age.toDays() > 0) return age.toDays() + (age.toDays() == 1 ? " day ago" : " days ago");
        if (age.toHours() > 0) return age.toHours() + (age.toHours() == 1 ? " hour ago" : " hours ago");
        return age.toMinutes() + (age.toMinutes() == 1 ? " minute ago" : " minutes ago");
    }
}
