package io.thingstead.node.consensus;

import static io.thingstead.node.consensus.TestChain.ACME;
import static org.assertj.core.api.Assertions.assertThat;

import io.thingstead.kit.crypto.Algorithm;
import io.thingstead.kit.crypto.SigningKey;
import io.thingstead.kit.model.AccountId;
import io.thingstead.kit.model.AssetId;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.KeyRole;
import io.thingstead.node.consensus.Application.DecidedBlock;
import io.thingstead.node.ledger.StateKeys;
import io.thingstead.node.ledger.action.CreateAsset;
import io.thingstead.node.ledger.action.Hold;
import io.thingstead.node.ledger.action.Issue;
import io.thingstead.node.ledger.action.OpenChannel;
import io.thingstead.node.ledger.action.SetLimit;
import io.thingstead.node.ledger.money.Balance;
import io.thingstead.node.ledger.money.ChannelRecord;
import io.thingstead.node.ledger.money.HoldRecord;
import io.thingstead.node.ledger.money.LimitRecord;
import io.thingstead.node.ledger.money.MoneyReader;
import io.thingstead.node.storage.MemoryStore;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Money as it is kept: what readers see of it, and what becomes due in blocks without transactions.
class StoredMoneyTest {
    private static final AssetId EUR = AssetId.of("acme:EUR");
    private static final AccountId BANK = AccountId.of(ACME);
    private static final AccountId CAR = AccountId.of(DeviceId.of("acme:car"));

    private final MemoryStore.Disk disk = new MemoryStore.Disk();
    private TestChain chain;
    private long until;

    @BeforeEach
    void found() {
        chain = TestChain.founded(new MemoryStore(disk));
        until = chain.nextTime() + 100_000;
        SigningKey node = chain.key(KeyRole.NODE);
        SigningKey car = SigningKey.generate(Algorithm.ED25519);
        long expiry = until + 10_000_000;
        assertThat(chain.refusal(
                        node,
                        chain.device("acme:car", car),
                        new CreateAsset(EUR, 2),
                        new Issue(EUR, BANK, 10_000, null),
                        new Hold(BANK, CAR, EUR, 700, until, null),
                        new SetLimit(new LimitRecord.Terms(BANK, CAR, EUR, 500, 50, null, List.of(), expiry)),
                        new OpenChannel(BANK, CAR, EUR, 900, car.key(), expiry, 600_000)))
                .isNull();
    }

    private void emptyBlockAt(long time) {
        assertThat(chain.block(new DecidedBlock(chain.ledger().info().height() + 1, time, List.of())))
                .isEmpty();
    }

    @Test
    void readers_see_what_each_side_has_to_do_with() {
        MoneyReader money = chain.reader().money();
        assertThat(money.assets())
                .extracting(asset -> asset.text(asset.issued()))
                .containsExactly("100.00 acme:EUR");
        assertThat(money.balances(BANK))
                .extracting(MoneyReader.Holding::balance)
                .containsExactly(new Balance(9_100, 700));
        assertThat(money.balances(CAR)).isEmpty();
        for (AccountId side : List.of(BANK, CAR)) {
            assertThat(money.holds(side)).extracting(HoldRecord::amount).containsExactly(700L);
            assertThat(money.limits(side))
                    .extracting(limit -> limit.leftOn(until))
                    .containsExactly(500L);
            assertThat(money.channels(side)).extracting(ChannelRecord::deposit).containsExactly(900L);
            assertThat(money.knows(side)).isTrue();
        }
        assertThat(money.knows(new AccountId.Channel(1))).isTrue();
        assertThat(money.knows(new AccountId.Channel(2))).isFalse();
        assertThat(money.knows(AccountId.of(DeviceId.of("acme:bus")))).isFalse();
        assertThat(money.hold(1).orElseThrow().until()).isEqualTo(until);
        assertThat(money.hold(2)).isEmpty();
    }

    @Test
    void what_came_due_in_an_empty_block_is_kept_certified_and_the_same_after_a_restart() {
        MoneyReader before = chain.reader().money();
        emptyBlockAt(until - 1);
        byte[] idle = chain.reader().head().appHash();
        emptyBlockAt(until);
        assertThat(chain.reader().head().appHash()).isNotEqualTo(idle);
        assertThat(chain.reader().money().holds(CAR)).isEmpty();
        assertThat(before.holds(CAR)).as("a reader stays as of its block").hasSize(1);
        assertThat(chain.reader().history("hold/1", 5).getFirst().inWords()).startsWith("Hold 1 came to its time");
        TestChain again = chain.reopened(new MemoryStore(disk));
        assertThat(again.reader().head().appHash())
                .isEqualTo(chain.reader().head().appHash());
        assertThat(again.reader().money().balances(BANK))
                .extracting(MoneyReader.Holding::balance)
                .containsExactly(new Balance(9_100, 0));
        assertThat(again.reader().certified().orElseThrow().prove(StateKeys.balance(BANK, EUR)))
                .isPresent();
        assertThat(again.reader().certified().orElseThrow().proveAbsence(StateKeys.hold(1)))
                .isPresent();
    }
}
