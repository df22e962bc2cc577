package io.thingstead.node.api;

/// How the ledger and its members stand: who signs, whether it goes on, how many may still fail, what is held against
/// whom.
record LedgerStanding(RecentSignatures recent, Standstill standstill, Attendance attendance, Accusations accusations) {
    static LedgerStanding of(Api api, Signatures signatures) {
        var recent = new RecentSignatures(api.ledger(), signatures);
        var standstill = new Standstill(api.ledger(), api.facts()::isRemoved, api.facts()::heard, api.nowMs());
        return new LedgerStanding(
                recent, standstill, new Attendance(api.ledger(), recent, standstill), new Accusations(api.ledger()));
    }
}
