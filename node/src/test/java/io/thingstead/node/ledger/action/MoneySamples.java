package io.thingstead.node.ledger.action;

import static io.thingstead.node.ledger.TestLedger.ACME;
import static io.thingstead.node.ledger.TestLedger.ID;
import static io.thingstead.node.ledger.TestLedger.START;
import static io.thingstead.node.ledger.TestLedger.key;

import io.thingstead.kit.crypto.Algorithm;
import io.thingstead.kit.crypto.Possession;
import io.thingstead.kit.crypto.SigningKey;
import io.thingstead.kit.model.AccountId;
import io.thingstead.kit.model.AssetId;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.KeyRole;
import io.thingstead.kit.money.Voucher;
import io.thingstead.node.ledger.TestLedger;
import io.thingstead.node.ledger.money.LimitRecord;
import java.util.List;

/// One action about money of each kind, on a ledger with an asset, money at `acme` and its device `acme:box`, a hold,
/// a limit and a channel.
final class MoneySamples {
    static final AssetId EUR = AssetId.of("acme:EUR");
    static final AccountId MEMBER = AccountId.of(ACME);
    static final AccountId BOX = AccountId.of(DeviceId.of("acme:box"));
    static final long UNTIL = START + 10_000_000;

    record Sample(Action action, SigningKey signer) {}

    private MoneySamples() {}

    static OpenAccount account(String name) {
        SigningKey wallet = key(name, Algorithm.ES256);
        return new OpenAccount(ACME, wallet.key(), Possession.sign(OpenAccount.subject(ACME), ID, wallet));
    }

    static OpenChannel channel(AccountId from, AccountId to, long deposit) {
        return new OpenChannel(from, to, EUR, deposit, key("voucher").key(), UNTIL, 600_000);
    }

    static LimitRecord.Terms terms(AccountId owner, AccountId spender) {
        return new LimitRecord.Terms(owner, spender, EUR, 2_000, 500, "parking", List.of(owner, spender), UNTIL);
    }

    static void prepare(TestLedger ledger) {
        ledger.submit(
                key(KeyRole.NODE),
                new CreateAsset(EUR, 2),
                new Issue(EUR, MEMBER, 1_000_000, null),
                new Issue(EUR, BOX, 50_000, new byte[32]),
                new Hold(MEMBER, BOX, EUR, 700, UNTIL, null),
                new SetLimit(new LimitRecord.Terms(MEMBER, BOX, EUR, 2_000, 500, null, List.of(), UNTIL)),
                channel(BOX, MEMBER, 9_000));
    }

    static List<Sample> all() {
        SigningKey node = key(KeyRole.NODE);
        SigningKey box = key("box");
        return List.of(
                new Sample(new CreateAsset(AssetId.of("acme:POINTS"), 0), node),
                new Sample(new Issue(EUR, BOX, 5, null), node),
                new Sample(new Redeem(EUR, 12, new byte[32]), node),
                new Sample(account("wallet"), node),
                new Sample(new Transfer(BOX, MEMBER, EUR, 100, new byte[32], null), box),
                new Sample(new Transfer(MEMBER, BOX, EUR, 100, null, 1L), box),
                new Sample(new Hold(BOX, MEMBER, EUR, 100, UNTIL, null), box),
                new Sample(new Capture(1, 699, null), box),
                new Sample(new Release(1), box),
                new Sample(new SetLimit(terms(MEMBER, BOX)), node),
                new Sample(new RevokeLimit(1), box),
                new Sample(channel(BOX, MEMBER, 40), box),
                new Sample(new TopUpChannel(1, 1_000), box),
                new Sample(new CloseChannel(1, null), box),
                new Sample(new CloseChannel(1, new Voucher(1, 8_000).sign(ID, key("voucher"))), node));
    }
}
