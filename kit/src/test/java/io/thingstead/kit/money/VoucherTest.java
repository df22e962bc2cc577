package io.thingstead.kit.money;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.thingstead.kit.Mutations;
import io.thingstead.kit.Seeded;
import io.thingstead.kit.crypto.Algorithm;
import io.thingstead.kit.crypto.CborWriter;
import io.thingstead.kit.crypto.CoseKind;
import io.thingstead.kit.crypto.CoseSign1;
import io.thingstead.kit.crypto.SigningKey;
import io.thingstead.kit.model.Amounts;
import io.thingstead.kit.model.LedgerId;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Result;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Vouchers of payment channels: who may take them for what.
class VoucherTest {
    private static final LedgerId LEDGER = LedgerId.ofHex("5a".repeat(32));
    private static final SigningKey KEY = SigningKey.fromSecret(Algorithm.ED25519, filled(3));
    private static final SigningKey OTHER = SigningKey.fromSecret(Algorithm.ED25519, filled(4));

    private static byte[] filled(int value) {
        byte[] bytes = new byte[32];
        Arrays.fill(bytes, (byte) value);
        return bytes;
    }

    private static void assertRefused(Result<?> result, String says) {
        assertThat(result).isInstanceOf(Result.No.class);
        var refused = ((Result.No<?>) result).refused();
        assertThat(refused.code()).isEqualTo(Refusal.VOUCHER_INVALID);
        assertThat(refused.text()).contains(says);
    }

    @ParameterizedTest
    @EnumSource(Algorithm.class)
    void what_was_signed_verifies_and_says_the_same(Algorithm algorithm) {
        SigningKey key = SigningKey.fromSecret(algorithm, filled(9));
        byte[] bytes = new Voucher(7, Amounts.MAX).sign(LEDGER, key);
        assertThat(bytes).hasSizeLessThanOrEqualTo(Voucher.MAX_BYTES);
        assertThat(Voucher.verify(bytes, LEDGER, key.key()).orThrow()).isEqualTo(new Voucher(7, Amounts.MAX));
    }

    @Test
    void it_counts_for_one_ledger_one_key_and_as_a_voucher_only() {
        byte[] bytes = new Voucher(7, 10).sign(LEDGER, KEY);
        assertRefused(Voucher.verify(bytes, LedgerId.ofHex("5b".repeat(32)), KEY.key()), "not signed");
        assertRefused(Voucher.verify(bytes, LEDGER, OTHER.key()), "not signed");
        byte[] payload = new CborWriter().array(2).integer(7).integer(10).toBytes();
        byte[] receipt = CoseSign1.sign(
                        CoseSign1.algHeader(Algorithm.ED25519), payload, CoseKind.COMMAND_RECEIPT, LEDGER, KEY)
                .encode();
        assertRefused(Voucher.verify(receipt, LEDGER, KEY.key()), "not signed");
    }

    @Test
    void numbers_out_of_range_are_no_voucher() {
        for (long[] wrong : new long[][] {{0, 1}, {1, 0}, {Amounts.MAX + 1, 1}, {1, Amounts.MAX + 1}}) {
            byte[] payload = new CborWriter()
                    .array(2)
                    .integer(wrong[0])
                    .integer(wrong[1])
                    .toBytes();
            byte[] signed = CoseSign1.sign(
                            CoseSign1.algHeader(Algorithm.ED25519), payload, CoseKind.VOUCHER, LEDGER, KEY)
                    .encode();
            assertRefused(Voucher.verify(signed, LEDGER, KEY.key()), "2^53 - 1");
            assertThatThrownBy(() -> new Voucher(wrong[0], wrong[1])).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void a_book_takes_higher_vouchers_up_to_the_deposit() {
        VoucherBook book = new VoucherBook(LEDGER, 7, KEY.key(), 100);
        assertThat(book.highest()).isEmpty();
        byte[] first = new Voucher(7, 30).sign(LEDGER, KEY);
        assertThat(book.take(first).orThrow()).isEqualTo(30);
        assertRefused(book.take(first), "not more");
        assertRefused(book.take(new Voucher(7, 29).sign(LEDGER, KEY)), "not more");
        assertRefused(book.take(new Voucher(8, 40).sign(LEDGER, KEY)), "channel 8");
        assertRefused(book.take(new Voucher(7, 101).sign(LEDGER, KEY)), "deposit");
        assertRefused(book.take(new Voucher(7, 40).sign(LEDGER, OTHER)), "not signed");
        assertThat(book.amount()).isEqualTo(30);
        assertThat(book.highest()).isEqualTo(first);
        assertThat(book.take(new Voucher(7, 100).sign(LEDGER, KEY)).orThrow()).isEqualTo(70);
        book.toppedUp(150);
        assertThat(book.take(new Voucher(7, 150).sign(LEDGER, KEY)).orThrow()).isEqualTo(50);
    }

    @Test
    void hostile_bytes_are_refused_with_a_code_and_never_count() {
        Random random = Seeded.random(VoucherTest.class);
        byte[] good = new Voucher(7, 1_000).sign(LEDGER, KEY);
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = Mutations.of(good, random);
            switch (Voucher.verify(bytes, LEDGER, KEY.key())) {
                case Result.No<Voucher>(var refused) ->
                    assertThat(refused.code()).isEqualTo(Refusal.VOUCHER_INVALID);
                case Result.Ok<Voucher>(Voucher voucher) -> {
                    assertThat(CoseSign1.untagged(bytes)).isEqualTo(good);
                    assertThat(voucher).isEqualTo(new Voucher(7, 1_000));
                }
            }
        }
    }
}
