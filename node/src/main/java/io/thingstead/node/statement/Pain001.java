package io.thingstead.node.statement;

import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Refused;
import io.thingstead.kit.model.Result;
import io.thingstead.node.ledger.money.AssetRecord;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Payment instructions for a bank as `pain.001.001.09`, CustomerCreditTransferInitiation of ISO 20022: what is owed on
/// the ledger, to be paid outside. Elements in the schema's order.
public final class Pain001 {
    public static final String NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09";

    /// What a bank pays at once.
    public static final int MOST = 1_000;

    private static final int MAX_NAME = 70;
    private static final int MAX_REMITTANCE = 140;
    private static final Pattern IBAN = Pattern.compile("[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}");
    private static final Pattern BIC = Pattern.compile("[A-Z0-9]{4}[A-Z]{2}[A-Z0-9]{2}([A-Z0-9]{3})?");
    private static final Pattern DAY = Pattern.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}");
    private static final int IBAN_MODULUS = 97;

    private Pain001() {}

    /// A party at its bank.
    ///
    /// @param bic of the bank, or null where the bank finds it by the IBAN
    public record Party(String name, String iban, @Nullable String bic) {}

    /// A payment.
    ///
    /// @param reference goes with the money to the end, at most 35 characters
    /// @param amount decimal, above 0
    public record Payment(String reference, String currency, BigDecimal amount, Party creditor, String remittance) {
        public Payment {
            if (amount.signum() <= 0) {
                throw new IllegalArgumentException("a payment of " + amount);
            }
        }
    }

    /// A payment of an amount on the ledger. Refused where the asset is no currency as ISO 20022 has them.
    public static Result<Payment> payment(
            String reference, AssetRecord asset, long amount, Party creditor, String remittance) {
        Refused refused = IsoText.notCurrency(asset);
        return refused == null
                ? Result.ok(new Payment(
                        reference,
                        asset.asset().code(),
                        BigDecimal.valueOf(amount, asset.decimals()),
                        creditor,
                        remittance))
                : new Result.No<>(refused);
    }

    /// @param id of the message, at most 35 characters, never used before
    /// @param day on which the bank is to pay, `2026-05-01`
    public static Result<byte[]> of(String id, long nowMs, String day, Party debtor, List<Payment> payments) {
        Optional<Refused> refused = objection(id, day, debtor, payments);
        if (refused.isPresent()) {
            return new Result.No<>(refused.get());
        }
        Xml xml = new Xml(NAMESPACE);
        String count = String.valueOf(payments.size());
        String sum = payments.stream()
                .map(Payment::amount)
                .reduce(BigDecimal.ZERO, BigDecimal::add)
                .toPlainString();
        xml.in(
                "CstmrCdtTrfInitn",
                () -> xml.in(
                                "GrpHdr",
                                () -> xml.text("MsgId", id)
                                        .text("CreDtTm", IsoText.time(nowMs))
                                        .text("NbOfTxs", count)
                                        .text("CtrlSum", sum)
                                        .in("InitgPty", () -> xml.text("Nm", debtor.name)))
                        .in("PmtInf", () -> {
                            xml.text("PmtInfId", id)
                                    .text("PmtMtd", "TRF")
                                    .text("NbOfTxs", count)
                                    .text("CtrlSum", sum)
                                    .in("ReqdExctnDt", () -> xml.text("Dt", day))
                                    .in("Dbtr", () -> xml.text("Nm", debtor.name))
                                    .in("DbtrAcct", () -> account(xml, debtor))
                                    .in("DbtrAgt", () -> agent(xml, debtor.bic));
                            payments.forEach(payment -> xml.in("CdtTrfTxInf", () -> payment(xml, payment)));
                        }));
        return Result.ok(xml.end());
    }

    private static void payment(Xml xml, Payment payment) {
        xml.in("PmtId", () -> xml.text("EndToEndId", payment.reference))
                .in("Amt", () -> xml.amount("InstdAmt", payment.currency, payment.amount.toPlainString()));
        if (payment.creditor.bic != null) {
            xml.in("CdtrAgt", () -> agent(xml, payment.creditor.bic));
        }
        xml.in("Cdtr", () -> xml.text("Nm", payment.creditor.name))
                .in("CdtrAcct", () -> account(xml, payment.creditor))
                .in("RmtInf", () -> xml.text("Ustrd", payment.remittance));
    }

    private static void account(Xml xml, Party party) {
        xml.in("Id", () -> xml.text("IBAN", party.iban));
    }

    private static void agent(Xml xml, @Nullable String bic) {
        xml.in("FinInstnId", () -> {
            if (bic == null) {
                xml.in("Othr", () -> xml.text("Id", "NOTPROVIDED"));
            } else {
                xml.text("BICFI", bic);
            }
        });
    }

    private static Optional<Refused> objection(String id, String day, Party debtor, List<Payment> payments) {
        if (!isText(id, IsoText.MAX_ID) || !DAY.matcher(day).matches()) {
            return no("a message has an id of 1 to 35 characters and a day, 2026-05-01");
        }
        if (payments.isEmpty() || payments.size() > MOST) {
            return no("1 to " + MOST + " payments at once");
        }
        Optional<Refused> refused = objection(debtor);
        for (Payment payment : payments) {
            if (refused.isEmpty()) {
                refused = objection(payment.creditor);
            }
            if (refused.isEmpty() && !isText(payment.reference, IsoText.MAX_ID)) {
                refused = no("a reference has 1 to 35 characters");
            }
            if (refused.isEmpty() && !isText(payment.remittance, MAX_REMITTANCE)) {
                refused = no("what a payment is for has 1 to 140 characters");
            }
        }
        return refused;
    }

    private static Optional<Refused> objection(Party party) {
        if (!isText(party.name, MAX_NAME)) {
            return no("a name has 1 to 70 characters");
        }
        if (!isIban(party.iban)) {
            return no("not an IBAN, without spaces and with its right check digits: " + party.iban);
        }
        return party.bic == null || BIC.matcher(party.bic).matches() ? Optional.empty() : no("not a BIC: " + party.bic);
    }

    private static Optional<Refused> no(String text) {
        return Optional.of(new Refused(Refusal.REQUEST_MALFORMED, text));
    }

    /// Without characters that XML does not have, or that look like nothing.
    private static boolean isText(String text, int most) {
        return !text.isBlank()
                && text.length() <= most
                && text.chars().noneMatch(c -> Character.isISOControl(c) || c >= 0xFFFE)
                && text.codePoints().noneMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE);
    }

    /// By ISO 13616: of the right form, and 1 by its check modulo 97.
    static boolean isIban(String text) {
        if (!IBAN.matcher(text).matches()) {
            return false;
        }
        int rest = 0;
        for (int i = 0; i < text.length(); i++) {
            int digit = Character.digit(text.charAt((i + 4) % text.length()), 36);
            rest = (rest * (digit > 9 ? 100 : 10) + digit) % IBAN_MODULUS;
        }
        return rest == 1;
    }
}
