package io.thingstead.node.ledger.action;

import static io.thingstead.node.ledger.TestLedger.key;
import static io.thingstead.node.ledger.TestLedger.member;
import static io.thingstead.node.ledger.action.MarketSamples.byContract;
import static io.thingstead.node.ledger.action.MarketSamples.byRequest;
import static io.thingstead.node.ledger.action.MarketSamples.file;
import static io.thingstead.node.ledger.action.MarketSamples.offer;
import static io.thingstead.node.ledger.action.MarketSamples.take;
import static io.thingstead.node.ledger.action.MarketSamples.values;
import static io.thingstead.node.ledger.action.MoneySamples.BOX;
import static io.thingstead.node.ledger.action.MoneySamples.EUR;
import static io.thingstead.node.ledger.action.MoneySamples.MEMBER;
import static io.thingstead.node.ledger.action.MoneySamples.UNTIL;
import static org.assertj.core.api.Assertions.assertThat;

import io.thingstead.kit.crypto.Sha256;
import io.thingstead.kit.crypto.SigningKey;
import io.thingstead.kit.model.AccountId;
import io.thingstead.kit.model.AssetId;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.KeyRole;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Refused;
import io.thingstead.node.contract.ContractFile;
import io.thingstead.node.ledger.Event;
import io.thingstead.node.ledger.EventType;
import io.thingstead.node.ledger.StateKeys;
import io.thingstead.node.ledger.TestLedger;
import io.thingstead.node.ledger.TransactionResult;
import io.thingstead.node.ledger.contract.ContractRecord;
import io.thingstead.node.ledger.market.Offer;
import io.thingstead.node.ledger.market.OfferRecord;
import io.thingstead.node.ledger.market.OfferTerms;
import io.thingstead.node.ledger.market.OfferWay;
import io.thingstead.node.ledger.market.RatingRecord;
import io.thingstead.node.ledger.money.Balance;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Offers on a ledger: how they come and end, what takes them, and what is counted of who offered.
class MarketTest {
    private static final SigningKey NODE = key(KeyRole.NODE);
    private static final AccountId GUEST = new AccountId.Member(member(2));
    private static final SigningKey GUEST_KEY = key(2, KeyRole.NODE);
    private static final ContractFile WASH = file("2.50", "1 h", "cold");

    private TestLedger ledger;

    /// acme and m2, which has 100.00; offer 1 for one wash at a time, offer 2 paid by the request.
    @BeforeEach
    void found() {
        ledger = TestLedger.founded();
        ledger.submit(NODE, TestLedger.device("acme:box", key("box")));
        ledger.submit(key(KeyRole.IDENTITY), TestLedger.fullRegistration(member(2)));
        ledger.submit(key(KeyRole.IDENTITY), TestLedger.fullRegistration(member(3)));
        MoneySamples.prepare(ledger);
        ledger.submit(NODE, new Issue(EUR, GUEST, 10_000, null));
        MarketSamples.prepare(ledger);
    }

    private byte[] value(String key) {
        return ledger.values().get(key);
    }

    private OfferRecord record(long number) {
        return OfferRecord.decode(number, Objects.requireNonNull(value(StateKeys.offer(number))));
    }

    private static Refused refused(TransactionResult result) {
        return result.firstRefusal().orElseThrow();
    }

    private long balance(AccountId account) {
        byte[] value = value(StateKeys.balance(account, EUR));
        return value == null ? 0 : Balance.decode(value).amount();
    }

    private List<RatingRecord> ratings(AccountId account) {
        List<RatingRecord> found = new ArrayList<>();
        ledger.values()
                .withPrefix(StateKeys.ratings(account), (key, value) -> found.add(RatingRecord.decode(key, value)));
        return found;
    }

    @Test
    void taking_an_offer_drafts_signs_and_begins_its_contract_in_one_transaction() {
        TransactionResult result = ledger.submit(GUEST_KEY, take(1, GUEST, MEMBER, WASH));
        assertThat(result.refusals()).isEmpty();
        assertThat(result.events().stream().map(Event::type))
                .containsExactly(
                        EventType.CONTRACT_DRAFTED,
                        EventType.OFFER_TAKEN,
                        EventType.CONTRACT_SIGNED,
                        EventType.CONTRACT_BEGUN);
        assertThat(result.events().get(1).inWords())
                .isEqualTo("Contract 1 takes offer 1: by it acme has signed as “host”");
        assertThat(balance(GUEST)).isEqualTo(9_750);
        assertThat(record(1).running()).isEqualTo(1);
        assertThat(record(1).isFull()).isTrue();
    }

    @Test
    void only_as_many_contracts_run_at_once_as_there_are_places() {
        ledger.submit(GUEST_KEY, take(1, GUEST, MEMBER, WASH));
        assertThat(refused(ledger.submit(key("box"), take(1, BOX, MEMBER, WASH)))
                        .code())
                .isEqualTo(Refusal.OFFER_FULL);
        assertThat(balance(BOX)).isEqualTo(41_000);
        ledger.submit(GUEST_KEY, new StepContract(1, "guest", StepContract.Kind.SIGN, "washed"));
        assertThat(record(1).running()).isZero();
        assertThat(ledger.submit(key("box"), take(1, BOX, MEMBER, WASH)).refusals())
                .isEmpty();
    }

    @Test
    void what_is_laid_down_stays_as_it_is_and_what_is_open_may_change() {
        for (ContractFile other : List.of(file("0.50", "1 h", "warm"), file("2.50", "2 h", "warm"))) {
            assertThat(refused(ledger.submit(GUEST_KEY, take(1, GUEST, MEMBER, other))))
                    .satisfies(no -> assertThat(no.code()).isEqualTo(Refusal.OFFER_OTHER))
                    .satisfies(no -> assertThat(no.text()).containsAnyOf("price", "time"));
        }
        assertThat(refused(ledger.submit(GUEST_KEY, take(1, GUEST, BOX, WASH))).code())
                .isEqualTo(Refusal.OFFER_OTHER);
        TakeOffer fine = take(1, GUEST, MEMBER, WASH);
        TakeOffer words = new TakeOffer(1, fine.values(), fine.accounts(), fine.renderer(), new byte[32]);
        assertThat(refused(ledger.submit(GUEST_KEY, words)).code()).isEqualTo(Refusal.OFFER_OTHER);
        assertThat(refused(ledger.submit(GUEST_KEY, take(2, GUEST, MEMBER, WASH)))
                        .code())
                .isEqualTo(Refusal.OFFER_OTHER);
        assertThat(refused(ledger.submit(GUEST_KEY, take(7, GUEST, MEMBER, WASH)))
                        .code())
                .isEqualTo(Refusal.OFFER_UNKNOWN);
        assertThat(value(StateKeys.contract(1))).isNull();
        assertThat(ledger.submit(GUEST_KEY, take(1, GUEST, MEMBER, file("2.50", "1 h", "wool")))
                        .refusals())
                .isEmpty();
    }

    @Test
    void an_offer_ends_when_it_is_taken_back_or_its_time_comes_and_contracts_from_it_go_on() {
        ledger.submit(GUEST_KEY, take(1, GUEST, MEMBER, WASH));
        assertThat(ledger.submit(NODE, new WithdrawOffer(1)).events().getFirst().inWords())
                .isEqualTo("Offer 1 of laundry.washing was taken back by acme");
        assertThat(refused(ledger.submit(key("box"), take(1, BOX, MEMBER, WASH)))
                        .code())
                .isEqualTo(Refusal.OFFER_UNKNOWN);
        assertThat(refused(ledger.submit(NODE, new WithdrawOffer(1))).code()).isEqualTo(Refusal.OFFER_UNKNOWN);
        assertThat(ledger.submit(GUEST_KEY, new StepContract(1, "guest", StepContract.Kind.SIGN, "washed"))
                        .refusals())
                .isEmpty();
        // Ledger time goes on by blocks that follow each other within two minutes.
        for (int i = 0; i < 120 && value(StateKeys.offer(2)) != null; i++) {
            ledger.blockAt(ledger.time() + 100_000);
        }
        assertThat(value(StateKeys.offer(2))).isNull();
        assertThat(ledger.events().stream()
                        .filter(event -> event.type() == EventType.OFFER_ENDED)
                        .map(Event::inWords))
                .contains("Offer 2 of laundry.washing of acme came to its time");
        List<String> left = new ArrayList<>();
        for (String prefix : List.of("offer/", "offer-terms/", "offered/", "taken/", "count/offers/")) {
            ledger.values().withPrefix(prefix, (key, _) -> left.add(key));
        }
        assertThat(left).isEmpty();
    }

    @Test
    void what_settled_contracts_brought_is_counted_by_their_end_and_nothing_else_is() {
        assertThat(ratings(MEMBER)).isEmpty();
        for (int i = 1; i <= 3; i++) {
            ledger.submit(GUEST_KEY, take(1, GUEST, MEMBER, WASH));
            // Paid twice, given back once: who got everything back has rated nothing.
            SigningKey who = i < 3 ? GUEST_KEY : NODE;
            ledger.submit(
                    who,
                    new StepContract(i, i < 3 ? "guest" : "host", StepContract.Kind.SIGN, i < 3 ? "washed" : "off"));
        }
        assertThat(ratings(MEMBER)).singleElement().satisfies(rating -> {
            assertThat(rating.kind()).isEqualTo("laundry.washing");
            assertThat(rating.state()).isEqualTo("done");
            assertThat(rating.count()).isEqualTo(2);
            assertThat(rating.earned()).isEqualTo(500);
            assertThat(rating.lost()).isZero();
        });
        assertThat(record(1).running()).isZero();
        // A member's own device counts for nothing.
        ledger.submit(key("box"), take(1, BOX, MEMBER, WASH));
        ledger.submit(key("box"), new StepContract(4, "guest", StepContract.Kind.SIGN, "washed"));
        assertThat(ratings(MEMBER))
                .singleElement()
                .extracting(RatingRecord::count)
                .isEqualTo(2L);
    }

    @Test
    void with_a_party_more_it_waits_for_that_one_to_sign() {
        ContractFile file = ContractFile.read("""
            thingstead: contract/1
            title: Wash with a friend
            about: Two pay one.
            parties: {guest: {role: pays}, friend: {role: pays too}, host: {role: is paid}}
            terms:
              price: {type: money, asset: "acme:EUR", value: "2.50"}
              time: {type: duration, value: 1 h}
            deposits:
              one: {by: guest, amount: price}
              two: {by: friend, amount: price}
            start: open
            states:
              open:
                means: Kept.
                deadline: time
                otherwise: {effects: [{pay: price, from: one, to: host}, {pay: price, from: two, to: host}], go: done}
              done: {means: Over., end: true}
            """, java.util.Map.of());
        assertThat(file.findings().stream().filter(f -> f.isError())).isEmpty();
        ledger.submit(
                NODE,
                new PublishOffer(
                        offer(MEMBER, new OfferWay.ByContract(file.contract().encode(), "host"), 1),
                        new OfferTerms(values(file), List.of())));
        List<AccountId> accounts = List.of(GUEST, BOX, MEMBER);
        var names = new java.util.LinkedHashMap<String, String>();
        names.put("guest", GUEST.value());
        names.put("friend", BOX.value());
        names.put("host", MEMBER.value());
        byte[] words = io.thingstead.node.contract.PlainText.hash(
                io.thingstead.node.contract.PlainText.of(file.contract(), file.values(), names));
        assertThat(ledger.submit(GUEST_KEY, new TakeOffer(3, values(file), accounts, 1, words))
                        .refusals())
                .isEmpty();
        ContractRecord drafted = ContractRecord.decode(1, Objects.requireNonNull(value(StateKeys.contract(1))));
        assertThat(drafted.status()).isEqualTo(ContractRecord.Status.DRAFT);
        assertThat(drafted.isSignedBy(0)).isTrue();
        assertThat(drafted.isSignedBy(1)).isFalse();
        assertThat(drafted.isSignedBy(2)).isTrue();
        assertThat(record(3).running()).isZero();
        assertThat(ledger.submit(key("box"), new SignContract(1, drafted.agreement()))
                        .refusals())
                .isEmpty();
        assertThat(record(3).running()).isEqualTo(1);
    }

    @Test
    void a_draft_that_is_withdrawn_leaves_nothing_of_the_offer_behind() {
        ledger.submit(NODE, byContract(BOX, 0));
        assertThat(ledger.submit(GUEST_KEY, take(3, GUEST, BOX, WASH)).refusals())
                .isEmpty();
        assertThat(value(StateKeys.taken(1))).isNotNull();
        ledger.submit(GUEST_KEY, new StepContract(1, "guest", StepContract.Kind.SIGN, "washed"));
        assertThat(value(StateKeys.taken(1))).isNull();
    }

    @Test
    void a_contract_in_place_of_one_that_took_an_offer_frees_its_place_and_rates_nothing() {
        TakeOffer taken = take(1, GUEST, MEMBER, WASH);
        ledger.submit(GUEST_KEY, taken);
        DraftContract anew = new DraftContract(
                WASH.contract().encode(), taken.values(), taken.accounts(), taken.renderer(), taken.text(), 1);
        assertThat(ledger.submit(GUEST_KEY, anew).refusals()).isEmpty();
        assertThat(record(1).isFull()).isTrue();
        byte[] agreement = ContractRecord.decode(2, Objects.requireNonNull(value(StateKeys.contract(2))))
                .agreement();
        for (SigningKey party : List.of(GUEST_KEY, NODE)) {
            ledger.submit(party, new SignContract(2, agreement));
        }
        assertThat(ContractRecord.decode(2, Objects.requireNonNull(value(StateKeys.contract(2))))
                        .status())
                .isEqualTo(ContractRecord.Status.RUNNING);
        assertThat(record(1).running()).isZero();
        assertThat(value(StateKeys.taken(1))).isNull();
        assertThat(balance(GUEST)).isEqualTo(9_750);
        ledger.submit(GUEST_KEY, new StepContract(2, "guest", StepContract.Kind.SIGN, "washed"));
        assertThat(ratings(MEMBER)).isEmpty();
        assertThat(ledger.submit(key("box"), take(1, BOX, MEMBER, WASH)).refusals())
                .isEmpty();
    }

    @Test
    void offers_that_cannot_be_are_refused_with_a_code() {
        Offer fine = offer(MEMBER, new OfferWay.ByRequest("https://acme.example/"), 0);
        record Wrong(Offer offer, Refusal code) {}
        for (Wrong wrong : List.of(
                new Wrong(with(fine, "Laundry", fine.price(), fine.per(), UNTIL), Refusal.ACTION_MALFORMED),
                new Wrong(with(fine, "a..b", fine.price(), fine.per(), UNTIL), Refusal.ACTION_MALFORMED),
                new Wrong(with(fine, "wash", 0, fine.per(), UNTIL), Refusal.AMOUNT_RANGE),
                new Wrong(with(fine, "wash", 1, "", UNTIL), Refusal.ACTION_MALFORMED),
                new Wrong(with(fine, "wash", 1, "min", TestLedger.START), Refusal.TIME_RANGE),
                new Wrong(offer(MEMBER, new OfferWay.ByRequest("ftp://acme.example/"), 0), Refusal.ACTION_MALFORMED))) {
            assertThat(refused(ledger.submit(NODE, new PublishOffer(wrong.offer(), null)))
                            .code())
                    .as(wrong.toString())
                    .isEqualTo(wrong.code());
        }
        Offer foreign = new Offer(GUEST, "wash", DeviceId.of("acme:box"), null, EUR, 1, "1", 0, UNTIL, fine.way());
        assertThat(refused(ledger.submit(GUEST_KEY, new PublishOffer(foreign, null)))
                        .code())
                .isEqualTo(Refusal.DEVICE_FOREIGN);
        Offer unknown = new Offer(MEMBER, "wash", null, null, AssetId.of("acme:NONE"), 1, "1", 0, UNTIL, fine.way());
        assertThat(refused(ledger.submit(NODE, new PublishOffer(unknown, null))).code())
                .isEqualTo(Refusal.ASSET_UNKNOWN);
        PublishOffer money =
                new PublishOffer(byContract(MEMBER, 1).offer(), new OfferTerms(values(WASH), List.of("price")));
        assertThat(refused(ledger.submit(NODE, money)).code()).isEqualTo(Refusal.CONTRACT_MALFORMED);
        PublishOffer hash = new PublishOffer(
                offer(MEMBER, new OfferWay.ByContract(Sha256.of(new byte[1]), "host"), 1),
                new OfferTerms(values(WASH), List.of()));
        assertThat(refused(ledger.submit(NODE, hash)).code()).isEqualTo(Refusal.CONTRACT_UNKNOWN);
        PublishOffer party = new PublishOffer(
                offer(MEMBER, new OfferWay.ByContract(WASH.contract().hash(), "nobody"), 1),
                new OfferTerms(values(WASH), List.of()));
        assertThat(refused(ledger.submit(NODE, party)).code()).isEqualTo(Refusal.CONTRACT_PARTY);
        assertThat(refused(ledger.submit(
                                NODE, new PublishOffer(byContract(MEMBER, 1).offer(), null)))
                        .code())
                .isEqualTo(Refusal.ACTION_MALFORMED);
        assertThat(refused(ledger.submit(
                                NODE,
                                new PublishOffer(byRequest(MEMBER).offer(), new OfferTerms(values(WASH), List.of()))))
                        .code())
                .isEqualTo(Refusal.ACTION_MALFORMED);
    }

    private static Offer with(Offer offer, String kind, long price, String per, long until) {
        return new Offer(
                offer.account(),
                kind,
                offer.device(),
                offer.place(),
                offer.asset(),
                price,
                per,
                offer.places(),
                until,
                offer.way());
    }

    @Test
    void an_account_has_at_most_a_thousand_offers() {
        List<Action> many = new ArrayList<>();
        for (int i = 0; i < 250; i++) {
            many.add(byRequest(MEMBER));
        }
        for (int i = 0; i < 3; i++) {
            assertThat(ledger.submit(NODE, many.toArray(Action[]::new)).refusals())
                    .isEmpty();
        }
        TransactionResult last = ledger.submit(NODE, many.toArray(Action[]::new));
        assertThat(last.refusals()).hasSize(2);
        assertThat(refused(last).code()).isEqualTo(Refusal.OFFER_FULL);
    }

    @Test
    void an_offer_reads_back_to_the_same_bytes() {
        for (long number : List.of(1L, 2L)) {
            OfferRecord record = record(number);
            assertThat(record.offer().place()).isNotNull();
            assertThat(OfferRecord.decode(number, Objects.requireNonNull(value(StateKeys.offer(number)))))
                    .usingRecursiveComparison()
                    .isEqualTo(record);
        }
        OfferTerms terms = OfferTerms.decode(Objects.requireNonNull(value(StateKeys.offerTerms(1))));
        assertThat(terms.open()).containsExactly("programme");
    }
}
