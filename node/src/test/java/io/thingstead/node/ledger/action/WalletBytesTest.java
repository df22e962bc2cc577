package io.thingstead.node.ledger.action;

import static io.thingstead.node.ledger.TestLedger.key;
import static org.assertj.core.api.Assertions.assertThat;

import io.thingstead.kit.agent.WalletTransaction;
import io.thingstead.kit.crypto.SigningKey;
import io.thingstead.kit.model.AccountId;
import io.thingstead.kit.model.AssetId;
import io.thingstead.node.ledger.TestLedger;
import io.thingstead.node.ledger.Transactions;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What the kit's wallet writes is what the ledger writes.
class WalletBytesTest {
    @Test
    void a_wallets_transaction_is_the_ledgers_to_the_byte() {
        SigningKey wallet = key("wallet");
        AccountId self = AccountId.of(wallet.key().thumbprint());
        AccountId home = AccountId.parse("member/acme").orElseThrow();
        AssetId eur = AssetId.of("acme:EUR");
        byte[] values = {(byte) 0x81, 0x05};
        byte[] voucher = {1, 2, 3};
        List<Action> actions = List.of(
                new Transfer(self, home, eur, 250, null, null),
                new OpenChannel(self, home, eur, 5_000, wallet.key(), 1_800_000_900_000L, 600_000),
                new TopUpChannel(7, 300),
                new CloseChannel(7, null),
                new CloseChannel(7, voucher),
                new TakeOffer(3, values, List.of(self, home), 1, new byte[32]),
                new StepContract(12, "guest", StepContract.Kind.SIGN, "washed"));
        List<byte[]> written = List.of(
                WalletTransaction.transfer(self, home, eur, 250),
                WalletTransaction.openChannel(self, home, eur, 5_000, wallet.key(), 1_800_000_900_000L, 600_000),
                WalletTransaction.topUpChannel(7, 300),
                WalletTransaction.closeChannel(7, null),
                WalletTransaction.closeChannel(7, voucher),
                WalletTransaction.takeOffer(3, values, List.of(self, home), 1, new byte[32]),
                WalletTransaction.signWay(12, "guest", "washed"));
        assertThat(WalletTransaction.sign(TestLedger.ID, new byte[16], 1_800_000_000_000L, written, wallet))
                .isEqualTo(
                        Transactions.sign(TestLedger.ID, new byte[16], 1_800_000_000_000L, actions, List.of(wallet)));
    }
}
