package io.thingstead.node.ledger.money;

import static io.thingstead.node.ledger.TestLedger.ACME;
import static io.thingstead.node.ledger.TestLedger.ID;
import static io.thingstead.node.ledger.TestLedger.device;
import static io.thingstead.node.ledger.TestLedger.key;

import io.thingstead.kit.crypto.Possession;
import io.thingstead.kit.crypto.SigningKey;
import io.thingstead.kit.model.AccountId;
import io.thingstead.kit.model.AssetId;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.KeyRole;
import io.thingstead.kit.model.Refusal;
import io.thingstead.node.ledger.BlockOutcome;
import io.thingstead.node.ledger.StateKeys;
import io.thingstead.node.ledger.SuspendedClock;
import io.thingstead.node.ledger.TestLedger;
import io.thingstead.node.ledger.action.Action;
import io.thingstead.node.ledger.action.CreateAsset;
import io.thingstead.node.ledger.action.Issue;
import io.thingstead.node.ledger.action.OpenAccount;

/// A ledger of three members with an asset of acme's in cents, money at acme and at its car, and two wallets.
final class TestMoney {
    static final AssetId EUR = AssetId.of("acme:EUR");
    static final AccountId BANK = AccountId.of(ACME);
    static final AccountId CAR = AccountId.of(DeviceId.of("acme:car"));
    static final AccountId SHOP = AccountId.of(TestLedger.member(2));
    static final SigningKey NODE = key(KeyRole.NODE);
    static final SigningKey CAR_KEY = key("car");
    static final SigningKey SHOP_KEY = key(2, KeyRole.NODE);
    static final SigningKey ANN = key("ann");
    static final AccountId ANNS = AccountId.of(ANN.key().thumbprint());
    static final long HOUR = 3_600_000;

    final TestLedger ledger = TestLedger.shared(3);

    TestMoney() {
        require(NODE, device("acme:car", CAR_KEY), new CreateAsset(EUR, 2), account(ANN));
        require(NODE, new Issue(EUR, BANK, 100_000, null), new Issue(EUR, CAR, 10_000, null));
    }

    static OpenAccount account(SigningKey wallet) {
        return new OpenAccount(ACME, wallet.key(), Possession.sign(OpenAccount.subject(ACME), ID, wallet));
    }

    void require(SigningKey signer, Action... actions) {
        Refusal refusal = refusal(signer, actions);
        if (refusal != null) {
            throw new AssertionError(refusal);
        }
    }

    Refusal refusal(SigningKey signer, Action... actions) {
        return ledger.refusal(signer, actions);
    }

    Balance balance(AccountId account) {
        byte[] value = ledger.values().get(StateKeys.balance(account, EUR));
        return value == null ? Balance.NONE : Balance.decode(value);
    }

    long has(AccountId account) {
        return balance(account).amount();
    }

    long issued() {
        return AssetRecord.decode(EUR, ledger.values().get(StateKeys.asset(EUR)))
                .issued();
    }

    /// The ledger time of the next block.
    long now() {
        return ledger.time() - suspended();
    }

    long suspended() {
        return SuspendedClock.decode(ledger.values().get(StateKeys.CLOCK));
    }

    /// Empty blocks until this ledger time is past, none so late that it is an outage.
    BlockOutcome passTo(long ledgerTime) {
        BlockOutcome last;
        do {
            long time = Math.min(
                    ledger.ledger().position().blockTime() + 100_000,
                    Math.max(
                            ledgerTime + suspended(), ledger.ledger().position().blockTime() + 1));
            last = ledger.blockAt(time);
        } while (ledger.ledger().position().blockTime() - suspended() < ledgerTime);
        return last;
    }
}
