package io.thingstead.kit.model;

/// One log of a member. A member may have several, and closes one for a reason.
public record LogId(MemberId member, long number) {
    public static final long MAX_NUMBER = 0xFFFF_FFFFL;

    public LogId {
        if (number < 1 || number > MAX_NUMBER) {
            throw new IllegalArgumentException("log numbers start at 1: " + number);
        }
    }

    /// The log's name: `<member's domain>/<first 8 hex digits of ledgerId>/<logNo>`.
    public String origin(String domain, LedgerId ledger) {
        return domain + "/" + ledger.hex().substring(0, 8) + "/" + number;
    }

    @Override
    public String toString() {
        return member + "/" + number;
    }
}
