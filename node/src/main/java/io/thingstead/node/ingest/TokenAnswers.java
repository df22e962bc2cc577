package io.thingstead.node.ingest;

import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.thingstead.kit.command.Command;
import io.thingstead.kit.command.CommandOutcome;
import io.thingstead.kit.command.CommandReceipt;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Refused;
import io.thingstead.node.command.Commands;
import io.thingstead.node.command.OpenCommand;
import java.io.IOException;
import java.util.Optional;
import java.util.function.LongSupplier;

/// What devices without a key answer to commands, as plain JSON: the member writes it down on its own word.
public final class TokenAnswers {
    private static final JsonMapper JSON = mapper();

    private final Commands commands;
    private final Attestation attestation;
    private final LongSupplier clockMs;
    private final IngestCounters counters;

    public TokenAnswers(Commands commands, Attestation attestation, LongSupplier clockMs, IngestCounters counters) {
        this.commands = commands;
        this.attestation = attestation;
        this.clockMs = clockMs;
        this.counters = counters;
    }

    private static JsonMapper mapper() {
        JsonMapper mapper = JsonMapper.builder()
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .build();
        mapper.getFactory()
                .setStreamReadConstraints(StreamReadConstraints.builder()
                        .maxDocumentLength(Command.MAX_JSON_BYTES)
                        .maxNestingDepth(16)
                        .build());
        return mapper;
    }

    /// Checks an answer of a device that has shown its token.
    ///
    /// @param number of the command, as the device was told it
    public Checked check(byte[] json, DeviceId device, String number) {
        Optional<OpenCommand> open = parse(number).flatMap(n -> commands.open(device, n));
        if (open.isEmpty()) {
            return turned(Refusal.COMMAND_UNKNOWN, "no command " + number + " is open: it ended, or was never issued");
        }
        JsonNode result;
        try {
            result = JSON.readTree(json);
        } catch (IOException e) {
            return turned(
                    Refusal.TELEMETRY_MALFORMED, "an answer is JSON of at most " + Command.MAX_JSON_BYTES + " bytes");
        }
        String text = result == null || result.isMissingNode() ? "null" : result.toString();
        if (!Command.fits(text)) {
            return turned(Refusal.TELEMETRY_TOO_LARGE, "an answer has at most " + Command.MAX_JSON_BYTES + " bytes");
        }
        // As ThingsBoard's own devices say it.
        boolean failed = result != null && result.isObject() && result.has("error");
        var receipt = new CommandReceipt(
                open.get().command().number(),
                failed ? CommandOutcome.FAILED : CommandOutcome.EXECUTED,
                clockMs.getAsLong(),
                open.get().identity(),
                text);
        Checked.Ready ready = attestation.ready(device, receipt, commands.beside(device, receipt));
        return new Checked.Ready(
                device,
                reply -> ready.submit(outcome -> {
                    if (outcome instanceof Outcome.Logged) {
                        commands.logged(device, receipt);
                    }
                    reply.accept(outcome);
                }));
    }

    private Checked turned(Refusal code, String text) {
        return new Checked.Turned(counters.rejected(new Refused(code, text), 0));
    }

    private static Optional<Long> parse(String number) {
        return number.matches("[1-9][0-9]{0,15}") ? Optional.of(Long.parseLong(number)) : Optional.empty();
    }
}
