package io.thingstead.kit.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.thingstead.kit.model.LedgerId;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Result;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class PaymentRequiredTest {
    private static final LedgerId LEDGER = LedgerId.ofHex("5a".repeat(32));
    private static final String NETWORK = "thingstead:" + "5a".repeat(16);

    private static String way(String scheme, String network, String amount, String payTo) {
        return """
            {"scheme": "%s", "network": "%s", "maxAmountRequired": "%s", "resource": "https://x/", "description": "",
             "mimeType": "application/json", "payTo": "%s", "maxTimeoutSeconds": 60, "asset": "home:EUR",
             "extra": {"ledger": "%s", "decimals": 2, "paid": "17"}}\
            """.formatted(scheme, network, amount, payTo, LEDGER.hex());
    }

    private static Result<PaymentRequired> read(String json) {
        return PaymentRequired.read(json.getBytes(StandardCharsets.UTF_8), LEDGER);
    }

    private static String asking(String... ways) {
        return "{\"x402Version\":1,\"error\":\"pay\",\"code\":\"payment.required\",\"accepts\":["
                + String.join(",", ways) + "]}";
    }

    @Test
    void the_first_way_that_fits_is_taken() {
        PaymentRequired asked = read(asking(
                        way("exact", "base", "10000", "0x20"),
                        way("batch-settlement", "thingstead:" + "00".repeat(16), "3", "member/home"),
                        way("batch-settlement", NETWORK, "5", "member/home")))
                .orThrow();
        assertThat(asked.amount()).isEqualTo(5);
        assertThat(asked.payTo().value()).isEqualTo("member/home");
        assertThat(asked.paid()).isEqualTo(17);
        assertThat(asked.network()).isEqualTo(NETWORK);
    }

    @Test
    void what_is_no_way_to_pay_is_refused_with_a_code() {
        for (String none : List.of(
                asking(),
                asking(way("exact", NETWORK, "5", "member/home")),
                asking(way("batch-settlement", NETWORK, "0", "member/home")),
                asking(way("batch-settlement", NETWORK, "-5", "member/home")),
                asking(way("batch-settlement", NETWORK, "9007199254740992", "member/home")),
                asking(way("batch-settlement", NETWORK, "5", "nobody")))) {
            assertThat(((Result.No<PaymentRequired>) read(none)).refused().code())
                    .as(none)
                    .isEqualTo(Refusal.PAYMENT_REQUIRED);
        }
        for (String wrong : List.of("", "{", "[]", "{\"x402Version\":2,\"accepts\":[]}", "<html>")) {
            assertThat(((Result.No<PaymentRequired>) read(wrong)).refused().code())
                    .as(wrong)
                    .isEqualTo(Refusal.PAYMENT_MALFORMED);
        }
    }

    private static JsonValue json(String text) {
        return JsonValue.read(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void JSON_is_read_as_it_is_and_within_bounds() {
        JsonValue read = json("{\"a\":[1,-2.5,true,null,\"x\\n\\u00e4\\\"ß\"],\"b\":{}}");
        assertThat(read.at("a").elements()).hasSize(5);
        assertThat(read.at("a").elements().getFirst().number()).isEqualTo(1);
        assertThat(read.at("a").elements().get(1).number()).isEqualTo(-1);
        assertThat(read.at("a").elements().get(4).text()).isEqualTo("x\nä\"ß");
        assertThat(read.at("nothing").at("there").text()).isEmpty();
        assertThat(json(JsonValue.quoted("a\"b\\c\n\u0001ß")).text()).isEqualTo("a\"b\\c\n\u0001ß");
        for (String wrong : List.of(
                "{\"a\":1,\"a\":2}", "01", "1.", "\"\\x\"", "[1,]", "{,}", "nul", "\"", "[".repeat(40), "1 2", "+1")) {
            assertThatThrownBy(() -> json(wrong)).as(wrong).isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> JsonValue.read(new byte[] {'"', (byte) 0xff, '"'}))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
