package io.thingstead.kit.model;

/// Why an input was refused: a stable code that programs may act on. `docs/formats.md` §10 lists them.
public enum Refusal {
    FRAME_MALFORMED("frame.malformed"),
    FRAME_TOO_LARGE("frame.too-large"),
    FRAME_HEADER("frame.header"),
    FRAME_PAYLOAD("frame.payload"),
    FRAME_TIME("frame.time"),
    KEY_UNKNOWN("key.unknown"),
    KEY_REVOKED("key.revoked"),
    KEY_FOREIGN("key.foreign"),
    SIGNATURE_INVALID("signature.invalid"),
    SEQUENCE_REUSED("sequence.reused"),
    SEQUENCE_SKIPPED("sequence.skipped"),
    SEQUENCE_PREVIOUS("sequence.previous"),
    SEQUENCE_GAPS("sequence.gaps"),
    SEQUENCE_RANGE("sequence.range"),
    DEVICE_UNKNOWN("device.unknown"),
    DEVICE_FOREIGN("device.foreign"),
    TOKEN_INVALID("token.invalid"),
    CONNECT_INVALID("connect.invalid"),
    CONNECT_STALE("connect.stale"),
    CONNECT_REQUIRED("connect.required"),
    TOPIC_FORBIDDEN("topic.forbidden"),
    TELEMETRY_MALFORMED("telemetry.malformed"),
    TELEMETRY_TOO_LARGE("telemetry.too-large"),
    CONTENT_ERASED("content.erased"),
    PROOF_UNREADABLE("proof.unreadable"),
    PROOF_NOT_FINAL("proof.not-final"),
    SNAPSHOT_INVALID("snapshot.invalid"),
    BUSY("busy"),
    STORE_UNAVAILABLE("store.unavailable"),
    REQUEST_MALFORMED("request.malformed"),
    REQUEST_NOT_FOUND("request.not-found"),
    REQUEST_FORBIDDEN("request.forbidden"),
    REQUEST_TOO_LARGE("request.too-large"),
    TX_MALFORMED("tx.malformed"),
    TX_SIGNATURE("tx.signature"),
    TX_EXPIRED("tx.expired"),
    TX_SEEN("tx.seen"),
    TX_LEDGER("tx.ledger"),
    TX_SIGNER("tx.signer"),
    BATCH_MALFORMED("batch.malformed"),
    BATCH_SEQUENCE("batch.sequence"),
    BATCH_QUOTA("batch.quota"),
    ACTION_UNKNOWN("action.unknown"),
    ACTION_MALFORMED("action.malformed"),
    ACTION_NOT_ALLOWED("action.not-allowed"),
    MEMBER_EXISTS("member.exists"),
    MEMBER_UNKNOWN("member.unknown"),
    MEMBER_REMOVED("member.removed"),
    MEMBER_LAST("member.last"),
    DECISION_UNKNOWN("decision.unknown"),
    DECISION_CLOSED("decision.closed"),
    DECISION_APPROVED("decision.approved"),
    DECISION_WAIT("decision.wait"),
    DECISION_FULL("decision.full"),
    SEAT_TAKEN("seat.taken"),
    SEAT_FULL("seat.full"),
    ERA_SOLO("era.solo"),
    RULES_VERSION("rules.version"),
    DEVICE_EXISTS("device.exists"),
    KEY_EXISTS("key.exists"),
    KEY_WEAK("key.weak"),
    KEY_POSSESSION("key.possession"),
    KEY_NONE("key.none"),
    LOG_EXISTS("log.exists"),
    LOG_UNKNOWN("log.unknown"),
    LOG_CLOSED("log.closed"),
    ANCHOR_STALE("anchor.stale"),
    ANCHOR_SIZE("anchor.size"),
    ANCHOR_PROOF("anchor.proof");

    private final String code;

    Refusal(String code) {
        this.code = code;
    }

    public String code() {
        return code;
    }
}
