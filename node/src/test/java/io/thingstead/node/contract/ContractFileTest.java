package io.thingstead.node.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The templates that come with the program: sound, readable, and the same after a way through bytes.
class ContractFileTest {
    static Stream<String> templates() {
        return Templates.all().stream().map(Templates.Template::name);
    }

    @ParameterizedTest
    @MethodSource("templates")
    void a_template_is_sound_and_the_same_after_a_way_through_bytes(String name) {
        ContractFile file = Drafts.file(name);

        assertThat(file.findings()).filteredOn(Finding::isError).isEmpty();
        Contract again = ContractCodec.decode(file.contract().encode());
        assertThat(again).isEqualTo(file.contract());
        assertThat(PlainText.of(again, file.values(), file.accounts()))
                .isEqualTo(PlainText.of(file.contract(), file.values(), file.accounts()));
    }

    @Test
    void a_contract_reads_in_plain_words() {
        ContractFile file =
                ContractFile.read(Drafts.text("cold-chain"), Map.of("carrier", "member/carrier", "too_warm", "9"));

        assertThat(PlainText.of(file.contract(), file.values(), file.accounts()))
                .contains("- carrier brings the box (account member/carrier).")
                .contains("- pharmacy locks up 1000.00 bank:EUR (price) (“purchase”).")
                .contains(
                        "show that temperature is over too_warm (9 Cel), for at least 30 min (too_long) without a gap")
                .contains("carrier pays a penalty of 200.00 bank:EUR (penalty) to pharmacy from “bond”")
                .contains("- It ends after at most 4330 min, pauses and demands apart.");
    }

    @Test
    void json_says_the_same_as_yaml() {
        String json = """
                {"thingstead": "contract/1", "title": "T", "about": "A",
                 "parties": {"a": {"role": "pays"}, "b": {"role": "is paid"}},
                 "terms": {"price": {"type": "money", "asset": "bank:EUR", "value": "1.00"},
                           "time": {"type": "duration", "value": "1 h"}},
                 "deposits": {"pot": {"by": "a", "amount": "price"}},
                 "start": "open",
                 "states": {"open": {"means": "Open.", "deadline": "time",
                                     "otherwise": {"effects": [{"pay": "price", "from": "pot", "to": "b"}], "go": "done"}},
                            "done": {"means": "Done.", "end": true}}}
                """;
        String yaml = """
                thingstead: contract/1
                title: T
                about: A
                parties: {a: {role: pays}, b: {role: is paid}}
                terms:
                  price: {type: money, asset: "bank:EUR", value: 1.00}
                  time: {type: duration, value: 1 h}
                deposits:
                  pot: {by: a, amount: price}
                start: open
                states:
                  open:
                    means: Open.
                    deadline: time
                    otherwise: {effects: [{pay: price, from: pot, to: b}], go: done}
                  done: {means: Done., end: true}
                """;

        ContractFile one = ContractFile.read(json, Map.of());
        assertThat(one.findings()).isEmpty();
        assertThat(ContractFile.read(yaml, Map.of()).contract().hash())
                .isEqualTo(one.contract().hash());
    }

    @Test
    void a_value_that_is_given_takes_the_place_of_the_texts_and_one_for_nothing_is_a_fault() {
        ContractFile given = ContractFile.read(Drafts.text("parking"), Map.of("per_minute", "0.10"));
        assertThat(given.values().number(given.contract(), "per_minute")).isEqualTo(10);
        assertThat(given.contract().hash())
                .as("the same contract with another value")
                .isEqualTo(Drafts.file("parking").contract().hash());

        assertThat(ContractFile.read(Drafts.text("parking"), Map.of("per_minut", "0.10"))
                        .findings())
                .singleElement()
                .satisfies(
                        f -> assertThat(f.code() + f.mend()).isEqualTo("check.unknown-wordDid you mean “per_minute”?"));
    }

    @Test
    void quantities_of_one_unit_have_one_scale() {
        ContractFile file = ContractFile.read(Drafts.text("cold-chain"), Map.of("too_warm", "8.25"));
        assertThat(file.contract().typeOf("temperature"))
                .contains(new Contract.TermType.Stream("box", "temperature", "Cel", 2));
        assertThat(file.values().number(file.contract(), "too_warm")).isEqualTo(825);
    }

    @Test
    void what_is_no_contract_at_all_is_told_with_its_place() {
        assertThat(List.of(
                        "",
                        "- a\n- b",
                        "{\"a\": 1, \"a\": 2}",
                        "a: &x 1\nb: *x",
                        "a: !!java.lang.String x",
                        "a: [1, 2",
                        "[".repeat(100),
                        "{\"a\":".repeat(40) + "1" + "}".repeat(40),
                        "x".repeat(Source.MAX_CHARS + 1)))
                .allSatisfy(text -> {
                    ContractFile file = ContractFile.read(text, Map.of());
                    assertThat(file.isSound()).isFalse();
                    assertThat(file.findings())
                            .allSatisfy(f -> assertThat(f.mend()).isNotEmpty());
                });
    }
}
