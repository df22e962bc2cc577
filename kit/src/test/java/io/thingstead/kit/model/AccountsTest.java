package io.thingstead.kit.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The names of accounts and assets, and amounts as people write them.
class AccountsTest {
    private static final String HEX = "0123456789abcdef".repeat(4);

    @ParameterizedTest
    @CsvSource({
        "member/acme, acme",
        "device/acme:box, acme:box",
        "key/0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef, wallet 0123456789abcdef",
        "contract/1, contract 1",
        "channel/9007199254740991, channel 9007199254740991"
    })
    void each_account_has_one_text(String text, String words) {
        AccountId account = AccountId.of(text);
        assertThat(account.value()).isEqualTo(text);
        assertThat(account).hasToString(text);
        assertThat(account.inWords()).isEqualTo(words);
        assertThat(account.isOfLedger()).isEqualTo(text.startsWith("c"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/",
                "member",
                "member/",
                "member/Acme",
                "Member/acme",
                "device/acme",
                "device/acme:",
                "key/",
                "contract/0",
                "contract/01",
                "contract/-1",
                "contract/+1",
                "contract/",
                "channel/9007199254740992",
                "channel/99999999999999999999",
                "channel/1 ",
                "wallet/1",
                "member/acme/x"
            })
    void what_is_no_account_is_not_read(String text) {
        assertThat(AccountId.parse(text)).isEmpty();
        assertThatThrownBy(() -> AccountId.of(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void a_wallet_is_64_small_hex_digits() {
        assertThat(AccountId.parse("key/" + HEX)).isPresent();
        assertThat(AccountId.parse("key/" + HEX.toUpperCase(java.util.Locale.ROOT)))
                .isEmpty();
        assertThat(AccountId.parse("key/" + HEX.substring(1))).isEmpty();
        assertThat(AccountId.parse("key/" + HEX + "0")).isEmpty();
        assertThat(AccountId.parse("key/g" + HEX.substring(1))).isEmpty();
    }

    @Test
    void an_asset_is_its_issuer_and_a_code() {
        AssetId asset = AssetId.of("acme:EUR");
        assertThat(asset).isEqualTo(new AssetId(new MemberId("acme"), "EUR")).hasToString("acme:EUR");
        for (String wrong :
                new String[] {"acme", "acme:", ":EUR", "acme:eur", "acme:EU R", "acme:E:R", "acme:ABCDEFGHIJKLM"}) {
            assertThat(AssetId.parse(wrong)).as(wrong).isEmpty();
        }
        assertThatThrownBy(() -> new AssetId(new MemberId("acme"), "eur")).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @CsvSource({"12000, 2, 120.00", "5, 2, 0.05", "0, 0, 0", "7, 0, 7", "9007199254740991, 9, 9007199.254740991"})
    void amounts_are_written_and_read_exactly(long amount, int decimals, String text) {
        assertThat(Amounts.text(amount, decimals)).isEqualTo(text);
        assertThat(Amounts.parse(text, decimals)).hasValue(amount);
    }

    @Test
    void fewer_decimals_may_be_written_but_never_more() {
        assertThat(Amounts.parse("3", 2)).isEqualTo(OptionalLong.of(300));
        assertThat(Amounts.parse("3.5", 2)).isEqualTo(OptionalLong.of(350));
        for (String wrong : new String[] {
            "", ".", ".5", "5.", "3.505", "-1", "+1", "1e3", "1,5", " 1", "0x1", "90071992547409.92", "١"
        }) {
            assertThat(Amounts.parse(wrong, 2)).as(wrong).isEmpty();
        }
        assertThat(Amounts.isOne(0)).isFalse();
        assertThat(Amounts.isOne(-1)).isFalse();
        assertThat(Amounts.isOne(Amounts.MAX)).isTrue();
        assertThat(Amounts.isOne(Amounts.MAX + 1)).isFalse();
    }
}
