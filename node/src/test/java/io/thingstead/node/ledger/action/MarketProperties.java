package io.thingstead.node.ledger.action;

import static io.thingstead.node.ledger.TestLedger.key;
import static io.thingstead.node.ledger.TestLedger.member;
import static io.thingstead.node.ledger.action.MoneySamples.BOX;
import static io.thingstead.node.ledger.action.MoneySamples.EUR;
import static io.thingstead.node.ledger.action.MoneySamples.MEMBER;
import static org.assertj.core.api.Assertions.assertThat;

import io.thingstead.kit.crypto.CborReader;
import io.thingstead.kit.crypto.SigningKey;
import io.thingstead.kit.model.AccountId;
import io.thingstead.kit.model.KeyRole;
import io.thingstead.node.contract.ContractFile;
import io.thingstead.node.ledger.StateKeys;
import io.thingstead.node.ledger.TestLedger;
import io.thingstead.node.ledger.contract.ContractRecord;
import io.thingstead.node.ledger.market.Offer;
import io.thingstead.node.ledger.market.OfferRecord;
import io.thingstead.node.ledger.market.OfferTerms;
import io.thingstead.node.ledger.market.OfferWay;
import io.thingstead.node.ledger.market.RatingRecord;
import io.thingstead.node.ledger.money.Balance;
import io.thingstead.node.ledger.money.Timers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// Whatever is offered, taken, withdrawn and left to its time, in every block: no offer has more contracts than
/// places, as many run from it as it says, no row of an offer stays behind, money is conserved, and what is counted of
/// who offered is what the events say went to it.
///
/// `-Dmarket.blocks=N` for more, `-Dmarket.seed=N` for the same again.
class MarketProperties {
    private static final int BLOCKS = Integer.getInteger("market.blocks", 300);
    private static final AccountId GUEST = new AccountId.Member(member(2));
    private static final Map<AccountId, SigningKey> OWNERS =
            new TreeMap<>(Map.of(MEMBER, key(KeyRole.NODE), BOX, key("box"), GUEST, key(2, KeyRole.NODE)));
    private static final List<AccountId> ACCOUNTS = List.copyOf(OWNERS.keySet());

    private final TestLedger ledger = TestLedger.founded();
    private final TreeMap<String, Integer> happened = new TreeMap<>();
    private Random random = new Random();

    @Test
    void the_market_is_what_its_offers_and_contracts_say() {
        long seed = Long.getLong("market.seed", new Random().nextLong());
        System.out.println("seed " + seed);
        random = new Random(seed);
        ledger.submit(key(KeyRole.NODE), TestLedger.device("acme:box", key("box")));
        ledger.submit(key(KeyRole.IDENTITY), TestLedger.fullRegistration(member(2)));
        MoneySamples.prepare(ledger);
        ledger.submit(key(KeyRole.NODE), new Issue(EUR, GUEST, 100_000, null));
        for (int block = 0; block < BLOCKS; block++) {
            List<byte[]> transactions = new ArrayList<>();
            for (int i = random.nextInt(8); i > 0; i--) {
                Asked asked = asked();
                // Now and then somebody asks who may not.
                AccountId who = random.nextInt(10) == 0 ? any(ACCOUNTS) : asked.by;
                transactions.add(ledger.transaction(Objects.requireNonNull(OWNERS.get(who)), asked.action));
            }
            long time = ledger.time() + random.nextInt(110_000);
            ledger.blockAt(time, transactions.toArray(byte[][]::new))
                    .events()
                    .forEach(event -> happened.merge(event.type().label(), 1, Integer::sum));
            check();
        }
        System.out.println(happened);
        assertThat(happened.keySet())
                .contains("offer-published", "offer-taken", "offer-ended", "contract-begun", "contract-ended");
        assertThat(ratings()).isNotEmpty();
    }

    private <T> T any(List<T> of) {
        return of.get(random.nextInt(of.size()));
    }

    private List<Long> numbers(String prefix) {
        List<Long> found = new ArrayList<>();
        ledger.values().withPrefix(prefix, (key, _) -> found.add(Long.valueOf(key.substring(prefix.length()))));
        return found;
    }

    /// @param by whose owner may
    private record Asked(Action action, AccountId by) {}

    private OfferRecord offer(long number) {
        return OfferRecord.decode(number, Objects.requireNonNull(ledger.values().get(StateKeys.offer(number))));
    }

    private ContractRecord contract(long number) {
        return ContractRecord.decode(
                number, Objects.requireNonNull(ledger.values().get(StateKeys.contract(number))));
    }

    private Asked asked() {
        List<Long> offers = numbers(StateKeys.OFFERS);
        List<Long> contracts = numbers(StateKeys.TAKEN);
        int kind = random.nextInt(8);
        if (offers.isEmpty() || kind == 0) {
            return publish();
        }
        OfferRecord offer = offer(any(offers));
        AccountId host = offer.offer().account();
        if (kind == 1) {
            return new Asked(new WithdrawOffer(random.nextInt(3) == 0 ? offer.number() : 1), host);
        }
        if (kind < 5 && !contracts.isEmpty()) {
            long number = any(contracts);
            boolean done = random.nextBoolean();
            return new Asked(
                    new StepContract(number, done ? "guest" : "host", StepContract.Kind.SIGN, done ? "washed" : "off"),
                    contract(number).accounts().get(done ? 0 : 1));
        }
        AccountId guest = any(ACCOUNTS);
        String time = any(List.of("2 min", "1 h"));
        return new Asked(
                MarketSamples.take(
                        offer.number(),
                        guest,
                        random.nextInt(10) == 0 ? any(ACCOUNTS) : host,
                        MarketSamples.file(random.nextInt(10) == 0 ? "2.49" : "2.50", time, "cold")),
                guest);
    }

    private Asked publish() {
        AccountId who = any(ACCOUNTS);
        ContractFile wash = MarketSamples.file("2.50", "1 h", "warm");
        Offer offer = new Offer(
                who,
                any(List.of("wash", "wash.wool", "dry")),
                null,
                null,
                EUR,
                250,
                "1",
                random.nextInt(3),
                ledger.time() + 60_000 + random.nextInt(4_000_000),
                new OfferWay.ByContract(wash.contract().encode(), "host"));
        return new Asked(
                new PublishOffer(offer, new OfferTerms(MarketSamples.values(wash), List.of("programme", "time"))), who);
    }

    private List<RatingRecord> ratings() {
        List<RatingRecord> found = new ArrayList<>();
        ledger.values().withPrefix(StateKeys.RATINGS, (key, value) -> found.add(RatingRecord.decode(key, value)));
        return found;
    }

    private void check() {
        TreeMap<Long, Long> running = new TreeMap<>();
        for (long contract : numbers(StateKeys.TAKEN)) {
            ContractRecord record = contract(contract);
            assertThat(record.status()).isIn(ContractRecord.Status.DRAFT, ContractRecord.Status.RUNNING);
            if (record.status() == ContractRecord.Status.RUNNING) {
                byte[] taken = Objects.requireNonNull(ledger.values().get(StateKeys.taken(contract)));
                CborReader in = CborReader.strict(taken);
                in.readArrayOf(7);
                running.merge(in.readUint(), 1L, Long::sum);
            }
        }
        int offers = 0;
        TreeMap<String, Long> counts = new TreeMap<>();
        for (long number : numbers(StateKeys.OFFERS)) {
            OfferRecord record = offer(number);
            assertThat(record.running()).isEqualTo(running.getOrDefault(number, 0L));
            if (record.offer().places() > 0) {
                assertThat(record.running()).isLessThanOrEqualTo(record.offer().places());
            }
            AccountId account = record.offer().account();
            assertThat(ledger.values().get(StateKeys.offered(record.offer().kind(), number)))
                    .isNotNull();
            assertThat(ledger.values().get(StateKeys.party(account, Timers.OFFER, number)))
                    .isNotNull();
            assertThat(ledger.values().get(StateKeys.offerTerms(number))).isNotNull();
            counts.merge(account.value(), 1L, Long::sum);
            offers++;
        }
        List<String> rows = new ArrayList<>();
        for (String prefix : List.of(StateKeys.OFFERED, StateKeys.OFFER_TERMS)) {
            ledger.values().withPrefix(prefix, (key, _) -> rows.add(key));
        }
        assertThat(rows).hasSize(2 * offers);
        TreeMap<String, Long> counted = new TreeMap<>();
        ledger.values().withPrefix("count/offers/", (key, value) -> {
            CborReader in = CborReader.strict(value);
            in.readArrayOf(1);
            counted.put(key.substring("count/offers/".length()), in.readUint());
        });
        assertThat(counted).isEqualTo(counts);
        long[] sum = {0};
        ledger.values()
                .withPrefix(
                        StateKeys.BALANCES,
                        (_, value) -> sum[0] += Balance.decode(value).amount());
        assertThat(sum[0]).isEqualTo(1_000_000 + 50_000 + 100_000);
        for (RatingRecord rating : ratings()) {
            assertThat(rating.state()).isEqualTo("done");
            assertThat(rating.earned()).isEqualTo(250 * rating.count());
            assertThat(rating.lost()).isZero();
        }
    }
}
