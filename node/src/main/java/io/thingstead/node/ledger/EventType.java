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
    CLOCK_SUSPENDED(10, "clock-suspended"),
    MEMBER_KEY_SET(11, "member-key-set"),
    DECISION_PROPOSED(12, "decision-proposed"),
    DECISION_APPROVED(13, "decision-approved"),
    DECISION_WITHDRAWN(14, "decision-withdrawn"),
    DECISION_PASSED(15, "decision-passed"),
    DECISION_EXPIRED(16, "decision-expired"),
    MEMBER_REMOVED(17, "member-removed"),
    ENGINE_KEY_CHANGED(18, "engine-key-changed"),
    RULES_CHANGED(19, "rules-changed"),
    SEAT_TAKEN(20, "seat-taken"),
    ENDPOINT_SET(21, "endpoint-set"),
    ACCESS_GRANTED(22, "access-granted"),
    GRANT_REVOKED(23, "grant-revoked"),
    LOG_FORKED(24, "log-forked"),
    PROMISE_BROKEN(25, "promise-broken"),
    MEMBER_MISBEHAVED(26, "member-misbehaved"),
    ASSET_CREATED(30, "asset-created"),
    ASSET_ISSUED(31, "asset-issued"),
    ASSET_REDEEMED(32, "asset-redeemed"),
    ACCOUNT_OPENED(33, "account-opened"),
    TRANSFERRED(34, "transferred"),
    HELD(35, "held"),
    HOLD_CAPTURED(36, "hold-captured"),
    HOLD_RELEASED(37, "hold-released"),
    LIMIT_SET(38, "limit-set"),
    LIMIT_ENDED(39, "limit-ended"),
    CHANNEL_OPENED(40, "channel-opened"),
    CHANNEL_TOPPED_UP(41, "channel-topped-up"),
    CHANNEL_CLOSING(42, "channel-closing"),
    CHANNEL_CLOSED(43, "channel-closed"),
    CONTRACT_DRAFTED(50, "contract-drafted"),
    CONTRACT_SIGNED(51, "contract-signed"),
    CONTRACT_BEGUN(52, "contract-begun"),
    CONTRACT_STEPPED(53, "contract-stepped"),
    CONTRACT_ENDED(54, "contract-ended"),
    CONTRACT_WITHDRAWN(55, "contract-withdrawn"),
    OFFER_PUBLISHED(60, "offer-published"),
    OFFER_ENDED(61, "offer-ended"),
    OFFER_TAKEN(62, "offer-taken");

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
