package io.thingstead.node.ingest.mqtt;

/// What a device may subscribe to: its own receipts, with QoS 0. They are the newest state of things, so one that is
/// lost is made good by the next.
final class Subscriptions {
    static final int GRANTED = 0;

    private Subscriptions() {}

    /// The code for a SUBACK (OASIS MQTT 3.1.1 §3.9.3, MQTT 5.0 §3.9.3).
    static int code(String filter, boolean version5) {
        if (filter.equals(Topics.RECEIPTS)) {
            return GRANTED;
        }
        if (!version5) {
            return Reasons.FAILURE_3;
        }
        if (filter.startsWith("$share/")) {
            return Reasons.SHARED_NOT_SUPPORTED;
        }
        return filter.indexOf('#') >= 0 || filter.indexOf('+') >= 0
                ? Reasons.WILDCARD_NOT_SUPPORTED
                : Reasons.NOT_AUTHORISED_UNSIGNED;
    }
}
