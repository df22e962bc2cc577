package io.thingstead.node.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.thingstead.kit.crypto.CborWriter;
import io.thingstead.kit.crypto.SigningKey;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Result;
import io.thingstead.kit.model.Thumbprint;
import io.thingstead.node.ledger.money.RandomMoney;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Hostile bytes about money: refused with a code, whatever they are; and where they are signed well, they never throw
/// in a block.
class MoneyFuzz {
    private static final List<Refusal> OF_FORM =
            List.of(Refusal.TX_MALFORMED, Refusal.ACTION_MALFORMED, Refusal.ACTION_UNKNOWN);
    private static final int BLOCKS_BEFORE = 40;

    private final Random random = seeded();
    private final RandomMoney money = new RandomMoney(random);
    private final TestLedger ledger = money.ledger();

    private static Random seeded() {
        long seed = new Random().nextLong();
        System.out.println("seed " + seed);
        return new Random(seed);
    }

    /// Transactions on a ledger on which much is open already.
    private List<byte[]> samples() {
        for (int i = 0; i < BLOCKS_BEFORE; i++) {
            long time = ledger.ledger().position().blockTime() + 1_000;
            ledger.blockAt(time, money.transactions(time, 200).toArray(byte[][]::new));
        }
        List<byte[]> samples = new ArrayList<>();
        while (samples.size() < 100) {
            samples.addAll(money.transactions(ledger.time(), 200));
        }
        return samples;
    }

    @Test
    void mutated_transactions_are_refused_or_read_but_never_throw() {
        List<byte[]> samples = samples();
        int readable = 0;
        for (int i = 0; i < 20_000; i++) {
            byte[] mutated = TransactionFuzz.mutate(samples.get(random.nextInt(samples.size())), random);
            switch (Transaction.decode(mutated)) {
                case Result.Ok<Transaction>(Transaction transaction) -> {
                    readable++;
                    transaction.actions().forEach(action -> {
                        assertThat(action.subjects()).isNotEmpty();
                        assertThat(action.inWords()).isNotEmpty();
                    });
                }
                case Result.No<Transaction>(var refused) -> assertThat(OF_FORM).contains(refused.code());
            }
        }
        assertThat(readable).isPositive();
    }

    @Test
    void mutated_payloads_with_good_signatures_never_throw_in_a_block() {
        List<byte[]> samples = samples();
        int taken = 0;
        int happened = 0;
        for (int i = 0; i < 2_000; i++) {
            Transaction good = Transaction.decode(samples.get(random.nextInt(samples.size())))
                    .orThrow();
            byte[] signed = signed(TransactionFuzz.mutate(good.payload(), random), good.signers());
            BlockOutcome outcome = ledger.ledger().execute(ledger.height() + 1, ledger.time(), List.of(signed));
            TransactionResult result = outcome.results().getFirst();
            taken += result.consumed() ? 1 : 0;
            happened += result.events().stream().anyMatch(event -> event.type() != EventType.REFUSED) ? 1 : 0;
            outcome.events().forEach(event -> assertThat(event.inWords()).isNotEmpty());
        }
        System.out.println(taken + " of 2,000 taken, in " + happened + " something happened");
        assertThat(taken).isGreaterThan(20);
        assertThat(happened).isPositive();
    }

    private byte[] signed(byte[] payload, List<Thumbprint> signers) {
        CborWriter out = new CborWriter().array(2).bytes(payload).array(signers.size());
        for (Thumbprint signer : signers) {
            SigningKey key = money.owner(signer);
            out.array(4)
                    .bytes(signer.bytes())
                    .integer(0)
                    .bytes(new byte[0])
                    .bytes(key.sign(Transaction.toSign(payload)));
        }
        return out.toBytes();
    }
}
