package io.thingstead.node.statement;

import io.thingstead.kit.model.AccountId;
import io.thingstead.kit.model.Amounts;
import io.thingstead.kit.model.LedgerId;
import io.thingstead.kit.model.Refused;
import io.thingstead.kit.model.Result;
import java.util.HexFormat;

/// A statement as `camt.053.001.08`, BankToCustomerStatement of ISO 20022: elements in the schema's order.
public final class Camt053 {
    public static final String NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:camt.053.001.08";

    private static final int MAX_NAME = 70;
    private static final int MAX_INFORMATION = 500;

    private final Statement statement;
    private final LedgerId ledger;
    private final long nowMs;
    private final Xml xml = new Xml(NAMESPACE);

    private Camt053(Statement statement, LedgerId ledger, long nowMs) {
        this.statement = statement;
        this.ledger = ledger;
        this.nowMs = nowMs;
    }

    /// Refused where the asset is no currency as ISO 20022 has them.
    ///
    /// @param nowMs when it is made
    public static Result<byte[]> of(Statement statement, LedgerId ledger, long nowMs) {
        Refused refused = IsoText.notCurrency(statement.asset());
        return refused == null ? Result.ok(new Camt053(statement, ledger, nowMs).document()) : new Result.No<>(refused);
    }

    private byte[] document() {
        String id = ledger.hex().substring(0, 8) + "-" + nowMs;
        xml.in(
                "BkToCstmrStmt",
                () -> xml.in("GrpHdr", () -> xml.text("MsgId", id).text("CreDtTm", IsoText.time(nowMs)))
                        .in("Stmt", () -> statement(id)));
        return xml.end();
    }

    private void statement(String id) {
        xml.text("Id", id)
                .text("CreDtTm", IsoText.time(nowMs))
                .in(
                        "FrToDt",
                        () -> xml.text("FrDtTm", IsoText.time(statement.fromMs()))
                                .text("ToDtTm", IsoText.time(statement.toMs())))
                .in("Acct", () -> {
                    account(statement.account());
                    xml.text("Ccy", currency())
                            .text("Nm", IsoText.cut(statement.account().inWords(), MAX_NAME));
                });
        balance("OPBD", statement.opening(), statement.fromMs());
        balance("CLBD", statement.closing(), statement.toMs());
        statement.entries().forEach(entry -> xml.in("Ntry", () -> entry(entry)));
        xml.text("AddtlStmtInf", IsoText.cut(statement.account() + " on the ledger " + ledger.hex(), MAX_INFORMATION));
    }

    private void account(AccountId account) {
        xml.in("Id", () -> xml.in("Othr", () -> xml.text("Id", IsoText.account(account))));
    }

    private String currency() {
        return statement.asset().asset().code();
    }

    private void amount(long amount) {
        xml.amount(
                        "Amt",
                        currency(),
                        Amounts.text(Math.abs(amount), statement.asset().decimals()))
                .text("CdtDbtInd", amount < 0 ? "DBIT" : "CRDT");
    }

    private void balance(String code, long amount, long timeMs) {
        xml.in("Bal", () -> {
            xml.in("Tp", () -> xml.in("CdOrPrtry", () -> xml.text("Cd", code)));
            amount(amount);
            xml.in("Dt", () -> xml.text("DtTm", IsoText.time(timeMs)));
        });
    }

    private void entry(Statement.Entry entry) {
        String reference = "event-" + entry.event();
        xml.text("NtryRef", reference);
        amount(entry.amount());
        xml.in("Sts", () -> xml.text("Cd", "BOOK"))
                .in("BookgDt", () -> xml.text("DtTm", IsoText.time(entry.timeMs())))
                .in("ValDt", () -> xml.text("DtTm", IsoText.time(entry.timeMs())))
                .text("AcctSvcrRef", reference)
                .in("BkTxCd", () -> xml.in("Prtry", () -> xml.text("Cd", "LEDGER")))
                .in("NtryDtls", () -> xml.in("TxDtls", () -> details(entry)))
                .text("AddtlNtryInf", IsoText.cut(entry.words(), MAX_INFORMATION));
    }

    private void details(Statement.Entry entry) {
        xml.in("Refs", () -> xml.text("AcctSvcrRef", "event-" + entry.event()));
        amount(entry.amount());
        AccountId other = entry.other();
        if (other != null) {
            String side = entry.amount() < 0 ? "Cdtr" : "Dbtr";
            xml.in(
                    "RltdPties",
                    () -> xml.in(
                                    side,
                                    () -> xml.in("Pty", () -> xml.text("Nm", IsoText.cut(other.inWords(), MAX_NAME))))
                            .in(side + "Acct", () -> account(other)));
        }
        byte[] reference = entry.reference();
        if (reference != null) {
            xml.in("RmtInf", () -> xml.text("Ustrd", HexFormat.of().formatHex(reference)));
        }
    }
}
