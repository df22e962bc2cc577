package io.thingstead.kit.model;

/// One log of a member. A member may have several, and closes one for a reason.
public record LogId(MemberId member, long number) {
    public LogId {
        if (number < 1 || number > 0xFFFF_FFFFL) {
            throw new IllegalArgumentException("log numbers start at 1: " + number);
        }
    }

    @Override
    public String toString() {
        return member + "/" + number;
    }
}
