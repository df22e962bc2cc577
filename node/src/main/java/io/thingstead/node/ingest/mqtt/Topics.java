package io.thingstead.node.ingest.mqtt;

/// The topics of a device; there are no others (`docs/formats.md` §6).
final class Topics {
    static final String FRAMES = "v1/devices/me/frames";
    static final String TELEMETRY = "v1/devices/me/telemetry";
    static final String RECEIPTS = "v1/devices/me/receipts";
    /// To devices with a key.
    static final String COMMANDS = "v1/devices/me/commands";
    /// To and from devices with a token, as ThingsBoard has them.
    static final String RPC_REQUESTS = "v1/devices/me/rpc/request/+";

    static final String RPC_REQUEST = "v1/devices/me/rpc/request/";
    static final String RPC_RESPONSE = "v1/devices/me/rpc/response/";

    static final String RPC_RESPONSES = "v1/devices/me/rpc/response/+";
    static final String ATTRIBUTES = "v1/devices/me/attributes";
    static final String ATTRIBUTES_REQUEST = "v1/devices/me/attributes/request/";
    static final String ATTRIBUTES_RESPONSE = "v1/devices/me/attributes/response/";
    static final String ATTRIBUTES_RESPONSES = "v1/devices/me/attributes/response/+";

    private Topics() {}
}
