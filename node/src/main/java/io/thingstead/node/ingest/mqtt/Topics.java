package io.thingstead.node.ingest.mqtt;

/// The topics of a device; there are no others (`docs/formats.md` §6).
final class Topics {
    static final String FRAMES = "v1/devices/me/frames";
    static final String TELEMETRY = "v1/devices/me/telemetry";
    static final String RECEIPTS = "v1/devices/me/receipts";

    private Topics() {}
}
