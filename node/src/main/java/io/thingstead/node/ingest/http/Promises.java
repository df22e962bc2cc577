package io.thingstead.node.ingest.http;

import io.thingstead.kit.crypto.Signer;
import io.thingstead.kit.model.LedgerId;
import io.thingstead.kit.model.LogId;
import io.thingstead.kit.model.MemberId;
import io.thingstead.kit.proof.Promise;
import io.thingstead.node.ledger.LedgerReader;
import io.thingstead.node.ledger.LogRecord;
import io.thingstead.node.log.Answer.Accepted;
import java.util.Objects;

/// Promises to anchor what was accepted, signed by the log's key.
public final class Promises {
    /// Within this time on the ledger's clock the entry is under an anchored checkpoint.
    static final long ANCHOR_WITHIN_MS = 60_000;

    private final LedgerId ledgerId;
    private final MemberId member;
    private final LedgerReader ledger;
    private final Signer logKey;

    public Promises(LedgerId ledgerId, MemberId member, LedgerReader ledger, Signer logKey) {
        this.ledgerId = ledgerId;
        this.member = member;
        this.ledger = ledger;
        this.logKey = logKey;
    }

    byte[] promise(Accepted receipt) {
        return new Promise(
                        ledgerId,
                        new LogId(member, receipt.logNumber()),
                        receipt.index(),
                        receipt.entry(),
                        ledger.head().blockTime() - ledger.suspendedMs() + ANCHOR_WITHIN_MS)
                .sign(logKey);
    }

    String origin(Accepted receipt) {
        LogRecord log = ledger.log(new LogId(member, receipt.logNumber()));
        return Objects.requireNonNull(log, "a log that has leaves is on the ledger")
                .origin();
    }
}
