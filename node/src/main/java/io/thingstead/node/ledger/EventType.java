package io.thingstead.node.ledger;

/// What can happen on the ledger; the numbers stand in event leaves for ever (`docs/formats.md` §7).
public enum EventType {
    MEMBER_REGISTERED(1, "member-registered"),
    LOG_OPENED(2, "log-opened"),
    LOG_CLOSED(3, "log-closed"),
    DEVICE_REGISTERED(4, "device-registered"),
    DEVICE_KEY_ROTATED(5, "device-key-rotated"),
    DEVICE_KEY_REVOKED(6, "device-key-revoked"),
    CHECKPOINT_ANCHORED(7, "checkpoint-anchored"),
    DEVICE_KEY_ADDED(8, "device-key-added"),
    REFUSED(9, "refused"),
    CLOCK_SUSPENDED(10, "clock-suspended");

    private final int number;
    private final String label;

    EventType(int number, String label) {
        this.number = number;
        this.label = label;
    }

    public int number() {
        return number;
    }

    public String label() {
        return label;
    }

    public static EventType of(long number) {
        for (EventType type : values()) {
            if (type.number == number) {
                return type;
            }
        }
        throw new IllegalArgumentException("no event type " + number);
    }
}
