package io.thingstead.node.ingest;

/// What every transport is given: who may come in, how much, and where messages go.
public record Intake(
        Ingress ingress, Attestation attestation, Credentials credentials, Quotas quotas, IngestCounters counters) {}
