package io.thingstead.node.ingest;

import io.thingstead.node.command.Commands;
import io.thingstead.node.command.Shadows;

/// What every transport is given: who may come in, how much, and where messages go.
public record Intake(
        Ingress ingress,
        Attestation attestation,
        Credentials credentials,
        Quotas quotas,
        IngestCounters counters,
        Commands commands,
        Shadows shadows,
        TokenAnswers answers) {}
