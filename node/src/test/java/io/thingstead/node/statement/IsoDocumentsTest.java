package io.thingstead.node.statement;

import static org.assertj.core.api.Assertions.assertThat;

import io.thingstead.kit.model.AccountId;
import io.thingstead.kit.model.AssetId;
import io.thingstead.kit.model.LedgerId;
import io.thingstead.kit.model.MemberId;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Result;
import io.thingstead.kit.model.Thumbprint;
import io.thingstead.node.ledger.money.AssetRecord;
import io.thingstead.node.statement.Pain001.Party;
import io.thingstead.node.statement.Pain001.Payment;
import io.thingstead.node.statement.Statement.Entry;
import java.io.ByteArrayInputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Element;
import org.w3c.dom.Node;

/// Documents of ISO 20022 have the elements that their schemas have, in the schemas' order, with texts of their
/// lengths.
class IsoDocumentsTest {
    private static final long TIME = 1_790_000_000_000L;
    private static final LedgerId LEDGER = LedgerId.ofHex("5a".repeat(32));
    private static final AssetRecord EUR = new AssetRecord(AssetId.of("acme:EUR"), 2, 100_000, 1);
    private static final AccountId ACME = AccountId.of(new MemberId("acme"));
    private static final AccountId WALLET = AccountId.of(Thumbprint.ofHex("0123456789abcdef".repeat(4)));
    private static final Party HOME = new Party("Home & <Sons>", "DE75512108001245126199", "SOLADEST600");
    private static final Party SHOP = new Party("Łódź Sklep", "FR1420041010050500013M02606", null);

    /// Of camt.053.001.08 (AccountStatement9, ReportEntry10, EntryTransaction10, …), what is used, in the schema's
    /// order.
    private static final Map<String, String> CAMT = Map.ofEntries(
            Map.entry("Document", "BkToCstmrStmt"),
            Map.entry("BkToCstmrStmt", "GrpHdr Stmt"),
            Map.entry("GrpHdr", "MsgId CreDtTm"),
            Map.entry("Stmt", "Id CreDtTm FrToDt Acct Bal Ntry AddtlStmtInf"),
            Map.entry("FrToDt", "FrDtTm ToDtTm"),
            Map.entry("Acct", "Id Ccy Nm"),
            Map.entry("Acct/Id", "Othr"),
            Map.entry("Othr", "Id"),
            Map.entry("Bal", "Tp Amt CdtDbtInd Dt"),
            Map.entry("Tp", "CdOrPrtry"),
            Map.entry("CdOrPrtry", "Cd"),
            Map.entry("Dt", "DtTm"),
            Map.entry("Ntry", "NtryRef Amt CdtDbtInd Sts BookgDt ValDt AcctSvcrRef BkTxCd NtryDtls AddtlNtryInf"),
            Map.entry("Sts", "Cd"),
            Map.entry("BookgDt", "DtTm"),
            Map.entry("ValDt", "DtTm"),
            Map.entry("BkTxCd", "Prtry"),
            Map.entry("Prtry", "Cd"),
            Map.entry("NtryDtls", "TxDtls"),
            Map.entry("TxDtls", "Refs Amt CdtDbtInd RltdPties RmtInf"),
            Map.entry("Refs", "AcctSvcrRef"),
            Map.entry("RltdPties", "Dbtr DbtrAcct Cdtr CdtrAcct"),
            Map.entry("Dbtr", "Pty"),
            Map.entry("Cdtr", "Pty"),
            Map.entry("Pty", "Nm"),
            Map.entry("DbtrAcct", "Id"),
            Map.entry("CdtrAcct", "Id"),
            Map.entry("DbtrAcct/Id", "Othr"),
            Map.entry("CdtrAcct/Id", "Othr"),
            Map.entry("RmtInf", "Ustrd"));

    /// Of pain.001.001.09 (GroupHeader85, PaymentInstruction30, CreditTransferTransaction34, …).
    private static final Map<String, String> PAIN = Map.ofEntries(
            Map.entry("Document", "CstmrCdtTrfInitn"),
            Map.entry("CstmrCdtTrfInitn", "GrpHdr PmtInf"),
            Map.entry("GrpHdr", "MsgId CreDtTm NbOfTxs CtrlSum InitgPty"),
            Map.entry("InitgPty", "Nm"),
            Map.entry("PmtInf", "PmtInfId PmtMtd NbOfTxs CtrlSum ReqdExctnDt Dbtr DbtrAcct DbtrAgt CdtTrfTxInf"),
            Map.entry("ReqdExctnDt", "Dt"),
            Map.entry("Dbtr", "Nm"),
            Map.entry("DbtrAcct", "Id"),
            Map.entry("DbtrAcct/Id", "IBAN"),
            Map.entry("DbtrAgt", "FinInstnId"),
            Map.entry("FinInstnId", "BICFI Othr"),
            Map.entry("Othr", "Id"),
            Map.entry("CdtTrfTxInf", "PmtId Amt CdtrAgt Cdtr CdtrAcct RmtInf"),
            Map.entry("PmtId", "EndToEndId"),
            Map.entry("Amt", "InstdAmt"),
            Map.entry("CdtrAgt", "FinInstnId"),
            Map.entry("Cdtr", "Nm"),
            Map.entry("CdtrAcct", "Id"),
            Map.entry("CdtrAcct/Id", "IBAN"),
            Map.entry("RmtInf", "Ustrd"));

    private static final Map<String, Integer> LONGEST = Map.of(
            "Id",
            35,
            "MsgId",
            35,
            "NtryRef",
            35,
            "AcctSvcrRef",
            35,
            "Nm",
            70,
            "Ustrd",
            140,
            "AddtlNtryInf",
            500,
            "AddtlStmtInf",
            500,
            "EndToEndId",
            35);

    private static Element parsed(byte[] xml, String namespace) throws Exception {
        var factory = DocumentBuilderFactory.newDefaultNSInstance();
        Element document = factory.newDocumentBuilder()
                .parse(new ByteArrayInputStream(xml))
                .getDocumentElement();
        assertThat(document.getNamespaceURI()).isEqualTo(namespace);
        return document;
    }

    private static List<Element> children(Element element) {
        List<Element> children = new ArrayList<>();
        for (Node node = element.getFirstChild(); node != null; node = node.getNextSibling()) {
            if (node instanceof Element child) children.add(child);
        }
        return children;
    }

    private static void checkOrder(Element element, String parent, Map<String, String> schema) {
        String name = element.getLocalName();
        String known = schema.getOrDefault(parent + "/" + name, schema.getOrDefault(name, ""));
        // An `Id` is a choice at an account, and a text elsewhere.
        boolean isText = name.equals("Id") && !schema.containsKey(parent + "/" + name);
        List<String> order = known.isEmpty() || isText ? List.of() : List.of(known.split(" "));
        List<Integer> places = new ArrayList<>();
        for (Element child : children(element)) {
            int place = order.indexOf(child.getLocalName());
            assertThat(place)
                    .as(parent + "/" + name + "/" + child.getLocalName())
                    .isNotNegative();
            places.add(place);
            checkOrder(child, name, schema);
        }
        List<Integer> sorted = new ArrayList<>(places);
        Collections.sort(sorted);
        assertThat(places).as(parent + "/" + name).isEqualTo(sorted);
        if (places.isEmpty()) {
            assertThat(element.getTextContent()).as(name).isNotEmpty();
            assertThat(element.getTextContent().length()).as(name).isLessThanOrEqualTo(LONGEST.getOrDefault(name, 64));
        }
    }

    private static Statement statement(AccountId account) {
        return new Statement(
                account,
                EUR,
                TIME - 1_000,
                TIME + 1_000,
                -0,
                450,
                List.of(
                        new Entry(7, TIME, 500, null, null, "acme issued 5.00 acme:EUR to acme", 500),
                        new Entry(9, TIME + 1, -50, WALLET, new byte[32], "w".repeat(600), 450)));
    }

    @Test
    void a_statement_has_the_schemas_elements_in_its_order() throws Exception {
        for (AccountId account : List.of(ACME, WALLET)) {
            byte[] xml = Camt053.of(statement(account), LEDGER, TIME).orThrow();
            Element document = parsed(xml, Camt053.NAMESPACE);
            checkOrder(document, "", CAMT);
            var amounts = document.getElementsByTagName("Amt");
            assertThat(amounts.item(1).getTextContent()).isEqualTo("4.50");
            assertThat(document.getElementsByTagName("Ntry").getLength()).isEqualTo(2);
            assertThat(document.getElementsByTagName("Cdtr").getLength()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"acme:EURO", "acme:EU", "acme:E1R"})
    void what_is_no_currency_is_not_written_as_one(String asset) {
        AssetRecord points = new AssetRecord(AssetId.of(asset), 2, 1, 1);
        Statement other = new Statement(ACME, points, 0, 1, 0, 0, List.of());
        assertThat(Camt053.of(other, LEDGER, TIME)).isInstanceOf(Result.No.class);
        assertThat(Pain001.payment("x", points, 1, SHOP, "y")).isInstanceOf(Result.No.class);
        AssetRecord fine = new AssetRecord(AssetId.of("acme:BTC"), 8, 1, 1);
        assertThat(Pain001.payment("x", fine, 1, SHOP, "y")).isInstanceOf(Result.No.class);
    }

    @Test
    void csv_quotes_what_needs_it() {
        Statement odd = new Statement(
                ACME, EUR, 0, 1, 0, 5, List.of(new Entry(7, TIME, 5, ACME, new byte[32], "he said \"5, now\"", 5)));
        String csv = new String(StatementCsv.of(odd), StandardCharsets.UTF_8);
        assertThat(csv.split("\r\n"))
                .containsExactly(
                        "time,event,amount,asset,other,balance,reference,words",
                        "2026-09-21T14:13:20Z,7,0.05,acme:EUR,member/acme,0.05," + "00".repeat(32)
                                + ",\"he said \"\"5, now\"\"\"");
    }

    private static Payment payment(String reference, String amount) {
        return new Payment(reference, "EUR", new BigDecimal(amount), SHOP, "Parking, 2 h");
    }

    @Test
    void instructions_have_the_schemas_elements_in_its_order_and_add_up() throws Exception {
        byte[] xml = Pain001.of(
                        "5a5a5a5a-1",
                        TIME,
                        "2026-05-04",
                        HOME,
                        List.of(payment("event-1", "0.10"), payment("event-2", "99.95")))
                .orThrow();
        Element document = parsed(xml, Pain001.NAMESPACE);
        checkOrder(document, "", PAIN);
        assertThat(document.getElementsByTagName("CtrlSum").item(0).getTextContent())
                .isEqualTo("100.05");
        assertThat(document.getElementsByTagName("NbOfTxs").item(1).getTextContent())
                .isEqualTo("2");
        assertThat(document.getElementsByTagName("Nm").item(0).getTextContent()).isEqualTo("Home & <Sons>");
        assertThat(document.getElementsByTagName("BICFI").getLength()).isEqualTo(1);
    }

    @Test
    void what_a_bank_would_not_take_is_refused() {
        List<Payment> one = List.of(payment("event-1", "1"));
        for (Party wrong : List.of(
                new Party("", HOME.iban(), null),
                new Party("x".repeat(71), HOME.iban(), null),
                new Party("A\u0000B", HOME.iban(), null),
                new Party("A\uD800B", HOME.iban(), null),
                new Party("Home", "DE75512108001245126190", null),
                new Party("Home", "DE75 5121 0800 1245 1261 99", null),
                new Party("Home", HOME.iban(), "SOLA"))) {
            refused(Pain001.of("id", TIME, "2026-05-04", wrong, one));
        }
        refused(Pain001.of("", TIME, "2026-05-04", HOME, one));
        refused(Pain001.of("id", TIME, "4.5.2026", HOME, one));
        refused(Pain001.of("id", TIME, "2026-05-04", HOME, List.of()));
        refused(Pain001.of("id", TIME, "2026-05-04", HOME, Collections.nCopies(1_001, one.getFirst())));
        refused(Pain001.of("id", TIME, "2026-05-04", HOME, List.of(payment("x".repeat(36), "1"))));
        assertThat(Pain001.isIban("GB82WEST12345698765432")).isTrue();
        assertThat(Pain001.isIban("GB82WEST12345698765433")).isFalse();
    }

    private static void refused(Result<byte[]> result) {
        assertThat(result).isInstanceOf(Result.No.class);
        assertThat(((Result.No<byte[]>) result).refused().code()).isEqualTo(Refusal.REQUEST_MALFORMED);
    }
}
