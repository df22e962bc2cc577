package io.thingstead.node.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.thingstead.kit.model.Reading;
import io.thingstead.kit.model.Value;
import io.thingstead.kit.proof.Claim;
import io.thingstead.kit.proof.Report;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Locale;

/// A verification report as JSON, for programs.
final class ReportJson {
    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    private ReportJson() {}

    static String of(Report report, Path trustFile, long now) {
        var json = JSON.createObjectNode();
        json.put("verdict", report.verdict().label());
        json.put("exitCode", report.exitCode());
        var claim = report.claim();
        if (claim != null) put(json.putObject("claim"), claim);
        var steps = json.putArray("steps");
        for (var step : report.steps()) {
            steps.addObject()
                    .put("id", step.id())
                    .put(
                            "outcome",
                            step.outcome().name().toLowerCase(Locale.ROOT).replace('_', '-'))
                    .put("found", step.found())
                    .put("meaning", step.meaning());
        }
        var notProven = json.putArray("notProven");
        report.notProven().forEach(notProven::add);
        var asOf = report.trustAsOf();
        var root = report.trustRoot();
        if (asOf != null && root != null) {
            json.putObject("trust")
                    .put("file", trustFile.toString())
                    .put("asOf", asOf)
                    .put("ageMs", now - asOf)
                    .putObject("root")
                    .put("asOf", root.asOf())
                    .put("height", root.height())
                    .put("era", root.era());
        }
        try {
            return JSON.writeValueAsString(json);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a report can be written", e);
        }
    }

    private static void put(ObjectNode node, Claim claim) {
        node.put("device", claim.device()).put("n", claim.n());
        var trust = claim.trust();
        node.put("trustLevel", trust == null ? null : trust.label());
        var readings = node.putArray("readings");
        for (var reading : claim.readings()) put(readings.addObject(), reading);
        node.put("receivedMs", claim.receivedMs())
                .put("notBeforeMs", claim.notBeforeMs())
                .put("notAfterMs", claim.notAfterMs())
                .put("log", claim.log().toString())
                .put("index", claim.index())
                .put("key", claim.key().hex())
                .put("ledger", claim.ledger().hex())
                .put("frame", HexFormat.of().formatHex(claim.frame()));
        var members = node.putArray("whoseWord");
        claim.whoseWord().forEach(members::add);
    }

    private static void put(ObjectNode node, Reading reading) {
        node.put("name", reading.name()).put("unit", reading.unit());
        switch (reading.value()) {
            case Value.Number(double number) -> node.put("value", number);
            case Value.Text(var text) -> node.put("value", text);
            case Value.Flag(boolean flag) -> node.put("value", flag);
            case Value.Data(var data) -> node.put("value", HexFormat.of().formatHex(data));
        }
        node.put("timeMs", reading.timeMs()).put("relativeTime", reading.relativeTime());
    }
}
