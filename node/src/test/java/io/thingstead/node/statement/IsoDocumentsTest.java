package io.thingstead.node.statement;

import static org.assertj.core.api.Assertions.assertThat;

import io.thingstead.kit.model.AccountId;
import io.thingstead.kit.model.Amounts;
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
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Element;

/// Documents of ISO 20022 have the elements that their schemas have, in the schemas' order and number, with texts of
/// their forms, and amounts that add up.
class IsoDocumentsTest {
    private static final long TIME = 1_790_000_000_000L;
    private static final LedgerId LEDGER = LedgerId.ofHex("5a".repeat(32));
    private static final AssetRecord EUR = new AssetRecord(AssetId.of("acme:EUR"), 2, 100_000, 1);
    private static final AccountId ACME = AccountId.of(new MemberId("acme"));
    private static final AccountId WALLET = AccountId.of(Thumbprint.ofHex("0123456789abcdef".repeat(4)));
    private static final Party HOME = new Party("Home & <Sons>", "DE75512108001245126199", "SOLADEST600");
    private static final Party SHOP = new Party("Łódź Sklep", "FR1420041010050500013M02606", null);

    private static List<String> texts(Element document, String name) {
        var found = document.getElementsByTagName(name);
        return IntStream.range(0, found.getLength())
                .mapToObj(i -> found.item(i).getTextContent())
                .toList();
    }

    private static Statement statement(AccountId account) {
        return new Statement(
                account,
                EUR,
                TIME - 1_000,
                TIME + 1_000,
                0,
                450,
                List.of(
                        new Entry(7, TIME, 500, null, null, "acme issued 5.00 acme:EUR to acme", 500),
                        new Entry(9, TIME + 1, -50, WALLET, new byte[32], "w".repeat(600), 450)));
    }

    @Test
    void a_statement_has_the_schemas_elements_in_its_order_as_often_and_of_its_forms() throws Exception {
        for (AccountId account : List.of(ACME, WALLET, AccountId.of("channel/9007199254740991"))) {
            byte[] xml = Camt053.of(statement(account), LEDGER, TIME).orThrow();
            assertThat(IsoSchema.CAMT.problems(xml)).isEmpty();
            Element document = IsoSchema.parsed(xml);
            assertThat(texts(document, "Amt")).containsExactly("0.00", "4.50", "5.00", "5.00", "0.50", "0.50");
            assertThat(texts(document, "CdtDbtInd")).containsExactly("CRDT", "CRDT", "CRDT", "CRDT", "DBIT", "DBIT");
            assertThat(texts(document, "NtryRef")).containsExactly("event-7", "event-9");
            assertThat(texts(document, "Cdtr")).hasSize(1);
            assertThat(texts(document, "Dbtr")).isEmpty();
        }
        Statement empty = new Statement(ACME, EUR, TIME, TIME, -7, -7, List.of());
        byte[] xml = Camt053.of(empty, LEDGER, TIME).orThrow();
        assertThat(IsoSchema.CAMT.problems(xml)).isEmpty();
        assertThat(texts(IsoSchema.parsed(xml), "CdtDbtInd")).containsExactly("DBIT", "DBIT");
    }

    /// Opening balance and entries make the closing balance, also the largest that there can be.
    @Test
    void a_statements_amounts_add_up_with_their_signs() throws Exception {
        long most = Amounts.MAX;
        Statement statement = new Statement(
                ACME,
                new AssetRecord(AssetId.of("acme:EUR"), 5, most, 1),
                0,
                TIME,
                most - 3,
                most - 1,
                List.of(
                        new Entry(1, 1, 3, null, null, "a", most),
                        new Entry(2, 2, -most, WALLET, null, "b", 0),
                        new Entry(3, 3, most - 1, WALLET, null, "c", most - 1)));
        byte[] xml = Camt053.of(statement, LEDGER, TIME).orThrow();
        assertThat(IsoSchema.CAMT.problems(xml)).isEmpty();
        Element document = IsoSchema.parsed(xml);
        BigDecimal opening = signed(document, "Bal", 0);
        BigDecimal closing = signed(document, "Bal", 1);
        BigDecimal moved = IntStream.range(0, 3)
                .mapToObj(i -> signed(document, "Ntry", i))
                .reduce(BigDecimal.ZERO, BigDecimal::add);
        assertThat(opening.add(moved)).isEqualTo(closing);
        assertThat(closing).isEqualTo(BigDecimal.valueOf(most - 1, 5));
    }

    private static BigDecimal signed(Element document, String of, int index) {
        Element element = (Element) document.getElementsByTagName(of).item(index);
        BigDecimal amount = new BigDecimal(texts(element, "Amt").getFirst());
        return texts(element, "CdtDbtInd").getFirst().equals("DBIT") ? amount.negate() : amount;
    }

    /// Whatever is taken away, doubled, moved or garbled is found: the schema's rules are no empty words.
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        <MsgId>.*?</MsgId>                      |                               | lacks MsgId
        <BkTxCd>.*?</BkTxCd>                    |                               | lacks BkTxCd
        (<Bal>.*</Bal>)(<Ntry>.*</Ntry>)        | $2$1                          | may not stand
        (<Sts>.*?</Sts>)                        | $1$1                          | several Sts
        <CdtDbtInd>CRDT                         | <CdtDbtInd>CREDIT             | CdtDbtInd is not
        <Amt Ccy="EUR">                         | <Amt>                         | names no currency
        >4[.]50<                                 | >-4.50<                       | Amt is not
        >4[.]50<                                 | >4.123456<                    | Amt is not
        <FrDtTm>.*?T                            | <FrDtTm>21.9.2026T            | FrDtTm is not
        <Ccy>EUR                                | <Ccy>Euro                     | Ccy is not
        xsd:camt.053.001.08                     | xsd:camt.053.001.02           | another namespace
        <Stmt>                                  | <Stmt><Extra>1</Extra>        | not known
        """)
    void what_the_schema_does_not_allow_is_found(String what, @Nullable String instead, String problem)
            throws Exception {
        String xml = new String(Camt053.of(statement(ACME), LEDGER, TIME).orThrow(), StandardCharsets.UTF_8);
        String wrong = xml.replaceFirst(what, instead == null ? "" : instead);
        assertThat(wrong).isNotEqualTo(xml);
        assertThat(IsoSchema.CAMT.problems(wrong.getBytes(StandardCharsets.UTF_8)))
                .anyMatch(found -> found.contains(problem));
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
        assertThat(IsoSchema.PAIN.problems(xml)).isEmpty();
        Element document = IsoSchema.parsed(xml);
        assertThat(texts(document, "CtrlSum")).containsExactly("100.05", "100.05");
        assertThat(texts(document, "NbOfTxs")).containsExactly("2", "2");
        assertThat(texts(document, "InstdAmt")).containsExactly("0.10", "99.95");
        assertThat(texts(document, "EndToEndId")).containsExactly("event-1", "event-2");
        assertThat(texts(document, "IBAN")).containsExactly(HOME.iban(), SHOP.iban(), SHOP.iban());
        assertThat(texts(document, "Nm")).containsExactly("Home & <Sons>", "Home & <Sons>", "Łódź Sklep", "Łódź Sklep");
        assertThat(texts(document, "BICFI")).containsExactly("SOLADEST600");
    }

    @Test
    void instructions_for_the_other_side_and_for_as_many_as_a_bank_takes_are_of_the_schemas_form() throws Exception {
        Payment most = new Payment(
                "x".repeat(35),
                "EUR",
                BigDecimal.valueOf(Amounts.MAX, 5),
                new Party("n".repeat(70), HOME.iban(), "SOLADEST"),
                "r".repeat(140));
        byte[] xml = Pain001.of("i".repeat(35), TIME, "2026-05-04", SHOP, Collections.nCopies(Pain001.MOST, most))
                .orThrow();
        assertThat(IsoSchema.PAIN.problems(xml)).isEmpty();
        Element document = IsoSchema.parsed(xml);
        assertThat(texts(document, "CtrlSum").getFirst())
                .isEqualTo(BigDecimal.valueOf(Amounts.MAX, 5)
                        .multiply(BigDecimal.valueOf(Pain001.MOST))
                        .toPlainString());
        assertThat(texts(document, "DbtrAgt")).containsExactly("NOTPROVIDED");
        String text = new String(xml, StandardCharsets.UTF_8);
        for (String part : List.of("ReqdExctnDt", "FinInstnId", "EndToEndId", "DbtrAcct")) {
            String wrong = text.replaceFirst("<" + part + ">.*?</" + part + ">", "");
            assertThat(IsoSchema.PAIN.problems(wrong.getBytes(StandardCharsets.UTF_8)))
                    .as(part)
                    .isNotEmpty();
        }
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
