package io.thingstead.node.ledger;

import static io.thingstead.node.ledger.TestLedger.key;
import static org.assertj.core.api.Assertions.assertThat;

import io.thingstead.kit.crypto.CborWriter;
import io.thingstead.kit.crypto.SigningKey;
import io.thingstead.kit.model.KeyRole;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Result;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Bytes that nobody sane would send: they are refused with a code, whatever they are, and never throw.
class TransactionFuzz {
    private static final List<Refusal> OF_FORM =
            List.of(Refusal.TX_MALFORMED, Refusal.ACTION_MALFORMED, Refusal.ACTION_UNKNOWN);

    @Test
    void mutated_transactions_are_refused_or_read_but_never_throw() {
        long seed = new Random().nextLong();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        List<byte[]> samples = samples(random);
        int readable = 0;
        int rounds = 20_000;
        for (int i = 0; i < rounds; i++) {
            byte[] mutated = mutate(samples.get(random.nextInt(samples.size())), random);
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
        System.out.println(rounds + " mutated transactions, " + readable + " still readable");
    }

    /// The payload is mutated and then signed again, so that the actions themselves meet the hostile bytes.
    @Test
    void mutated_payloads_with_good_signatures_never_throw_in_a_block() {
        long seed = new Random().nextLong();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        Ledger ledger = TestLedger.founded().ledger();
        List<byte[]> payloads = payloadsOfTheNode(random);
        int taken = 0;
        int happened = 0;
        int rounds = 1_500;
        for (int i = 0; i < rounds; i++) {
            byte[] signed = signAgain(mutate(payloads.get(random.nextInt(payloads.size())), random), key(KeyRole.NODE));
            TransactionResult result = ledger.execute(2, TestLedger.START + 2_000, List.of(signed))
                    .results()
                    .getFirst();
            taken += result.consumed() ? 1 : 0;
            happened += result.happened() ? 1 : 0;
        }
        System.out.println(rounds + " mutated payloads, " + taken + " taken, of " + happened + " everything happened");
        assertThat(taken).isGreaterThan(20);
    }

    /// On a ledger whose one voter decides at once, so that hostile proposals are carried out, too.
    @Test
    void mutated_decisions_with_good_signatures_never_throw_in_a_block() {
        long seed = new Random().nextLong();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        TestLedger shared = TestLedger.shared(1);
        RandomConsortium consortium = new RandomConsortium(random, shared);
        var identity = key(KeyRole.IDENTITY);
        int taken = 0;
        int happened = 0;
        int rounds = 1_500;
        for (int i = 0; i < rounds; i++) {
            byte[] whole = shared.transaction(identity, consortium.action(TestLedger.ACME));
            byte[] payload = switch (Transaction.decode(whole)) {
                case Result.Ok<Transaction>(Transaction transaction) -> transaction.payload();
                case Result.No<Transaction> _ -> whole;
            };
            byte[] signed = signAgain(mutate(payload, random), identity);
            BlockOutcome outcome =
                    shared.ledger().execute(shared.height() + 1, shared.time(), List.of(shared.nextBatch(1, signed)));
            TransactionResult result = outcome.results().getFirst();
            taken += result.consumed() ? 1 : 0;
            happened += result.happened() ? 1 : 0;
            outcome.events().forEach(event -> assertThat(event.inWords()).isNotEmpty());
        }
        System.out.println(rounds + " mutated decisions, " + taken + " taken, of " + happened + " everything happened");
        assertThat(taken).isGreaterThan(20);
        assertThat(happened).isPositive();
    }

    private static List<byte[]> payloadsOfTheNode(Random random) {
        List<byte[]> payloads = new ArrayList<>();
        for (byte[] sample : samples(random)) {
            if (Transaction.decode(sample) instanceof Result.Ok<Transaction>(Transaction transaction)
                    && transaction
                            .signers()
                            .equals(List.of(key(KeyRole.NODE).key().thumbprint()))) {
                payloads.add(transaction.payload());
            }
        }
        return payloads;
    }

    private static byte[] signAgain(byte[] payload, SigningKey signer) {
        return new CborWriter()
                .array(2)
                .bytes(payload)
                .array(1)
                .array(4)
                .bytes(signer.key().thumbprint().bytes())
                .integer(0)
                .bytes(new byte[0])
                .bytes(signer.sign(Transaction.toSign(payload)))
                .toBytes();
    }

    private static List<byte[]> samples(Random random) {
        RandomBlocks blocks = new RandomBlocks(random);
        List<byte[]> samples = new ArrayList<>();
        while (samples.size() < 200) {
            samples.addAll(blocks.transactions(TestLedger.START + 2_000));
        }
        return samples;
    }

    static byte[] mutate(byte[] bytes, Random random) {
        byte[] mutated = bytes.clone();
        for (int i = 1 + random.nextInt(3); i > 0 && mutated.length > 0; i--) {
            int at = random.nextInt(mutated.length);
            switch (random.nextInt(6)) {
                case 0 -> mutated[at] ^= (byte) (1 << random.nextInt(8));
                case 1 -> mutated[at] = (byte) random.nextInt(256);
                case 2 -> mutated = Arrays.copyOf(mutated, at);
                case 3 -> mutated = Arrays.copyOf(mutated, mutated.length + 1 + random.nextInt(8));
                case 4 -> {
                    int length = Math.min(random.nextInt(40), mutated.length - at);
                    int to = random.nextInt(mutated.length - length + 1);
                    System.arraycopy(mutated, at, mutated, to, length);
                }
                default -> mutated[at] = (byte) (random.nextBoolean() ? 0x9b : 0x5b);
            }
        }
        return mutated;
    }
}
