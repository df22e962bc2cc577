package io.thingstead.node.api;

import io.javalin.http.Context;
import io.thingstead.kit.model.MemberId;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Refused;
import io.thingstead.kit.model.Result;
import io.thingstead.node.ledger.KeyRecord;
import io.thingstead.node.ledger.LedgerReader;
import io.thingstead.node.ledger.Transaction;
import io.thingstead.node.ledger.TransactionResult;
import io.thingstead.node.openapi.Operation;
import org.jspecify.annotations.Nullable;

/// Transactions that others signed: wallets and devices of this member ask the ledger for something themselves. The
/// signatures say who asks; this member hands in what a key of its own house signed, as it is what its quota pays for.
public record TransactionRoute(MemberId self, LedgerReader ledger, Paying paying) {
    private static final Operation SUBMIT = Operation.of("Ledger", "Hands in a signed transaction")
            .details("As `docs/formats.md` §7 has it. One of its signers is a key of this member, of one of its"
                    + " devices, or of a wallet that it hosts. Answered when the ledger has decided: with what"
                    + " happened, or the first refusal. A transaction that is not atomic may have done the rest:"
                    + " its events stand in the ledger under its identity.")
            .takes("The transaction, det-CBOR, at most 65,536 bytes.", null, "application/cbor")
            .answers(MoneyJson.Done.class)
            .refuses(
                    Refusal.ACTION_UNKNOWN,
                    Refusal.REQUEST_FORBIDDEN,
                    Refusal.ASSET_UNKNOWN,
                    Refusal.ACCOUNT_UNKNOWN,
                    Refusal.AMOUNT_RANGE,
                    Refusal.FUNDS_INSUFFICIENT,
                    Refusal.TIME_RANGE,
                    Refusal.HOLD_UNKNOWN,
                    Refusal.HOLD_FULL,
                    Refusal.LIMIT_UNKNOWN,
                    Refusal.LIMIT_OVER,
                    Refusal.LIMIT_PAYEE,
                    Refusal.LIMIT_FULL,
                    Refusal.CHANNEL_UNKNOWN,
                    Refusal.CHANNEL_CLOSING,
                    Refusal.CHANNEL_FULL,
                    Refusal.VOUCHER_INVALID,
                    Refusal.KEY_WEAK,
                    Refusal.CONTRACT_MALFORMED,
                    Refusal.CONTRACT_UNSOUND,
                    Refusal.CONTRACT_UNKNOWN,
                    Refusal.CONTRACT_PARTY,
                    Refusal.CONTRACT_SIGNED,
                    Refusal.CONTRACT_FULL,
                    Refusal.CONTRACT_WAY,
                    Refusal.CONTRACT_LATE,
                    Refusal.EVIDENCE_MALFORMED,
                    Refusal.EVIDENCE_FORGED,
                    Refusal.EVIDENCE_FOREIGN,
                    Refusal.EVIDENCE_OLD,
                    Refusal.EVIDENCE_REVOKED,
                    Refusal.EVIDENCE_USED,
                    Refusal.EVIDENCE_GAP,
                    Refusal.EVIDENCE_UNFIT,
                    Refusal.DEVICE_UNKNOWN,
                    Refusal.DEVICE_FOREIGN,
                    Refusal.OFFER_UNKNOWN,
                    Refusal.OFFER_FULL,
                    Refusal.OFFER_OTHER)
            .asksTheLedger();

    public void register(Routes routes) {
        routes.post("/api/transactions", SUBMIT, this::submit);
    }

    private void submit(Context context) {
        byte[] bytes = context.bodyAsBytes();
        switch (Transaction.decode(bytes)) {
            case Result.No<Transaction>(Refused refused) -> Problem.of(refused).send(context);
            case Result.Ok<Transaction>(Transaction transaction) -> {
                if (transaction.signers().stream().map(ledger::key).noneMatch(this::isOurs)) {
                    Problem.send(
                            context,
                            Refusal.REQUEST_FORBIDDEN,
                            "no signer is a key in force of " + self + ", its devices or the wallets that it hosts");
                } else {
                    answer(context, paying.submit(bytes), ledger);
                }
            }
        }
    }

    private boolean isOurs(@Nullable KeyRecord key) {
        return key != null && key.inForce() && key.member().equals(self);
    }

    /// What happened, or the first refusal.
    static void answer(Context context, TransactionResult result, LedgerReader ledger) {
        var refused = result.firstRefusal();
        if (refused.isPresent()) Problem.of(refused.get()).send(context);
        else Json.send(context, MoneyJson.Done.of(result, ledger));
    }
}
