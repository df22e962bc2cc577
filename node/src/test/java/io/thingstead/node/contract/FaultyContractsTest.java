package io.thingstead.node.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Contracts that nobody should sign: each is refused with the place, what is the matter, and what to do about it.
class FaultyContractsTest {

    static Stream<Arguments> faulty() {
        return Stream.of(
                Arguments.of(
                        "parking",
                        "    deadline: talk_time\n",
                        "",
                        "check.no-deadline",
                        "could stay like this for ever"),
                Arguments.of(
                        "parking", "go: disputed", "go: dispute", "check.unknown-state", "Did you mean “disputed”?"),
                Arguments.of(
                        "parking", "go: unsettled", "go: leaving", "check.endless", "leaving → disputed → leaving"),
                Arguments.of(
                        "parking",
                        "go: overstayed",
                        "go: settled",
                        "check.unreachable",
                        "nothing ever leads to “overstayed”"),
                Arguments.of(
                        "parking",
                        "        effects:\n          - release: fee\n        go: settled\n",
                        "        go: settled\n",
                        "check.leak",
                        "of “fee” stay locked up for ever when it ends in “settled”"),
                Arguments.of(
                        "parking",
                        "at_most: most",
                        "at_most: penalty",
                        "check.unknown-term",
                        "there is no term “penalty”"),
                Arguments.of(
                        "parking",
                        "        when: occupied <= 0\n        effects:\n",
                        "        when: occupied <= 0\n        effects:\n          - pay: most\n            from: fee\n            to: operator\n",
                        "check.not-covered",
                        "may hold only 0.00 bank:EUR here"),
                Arguments.of(
                        "parking",
                        "        signature: driver\n",
                        "        signature: driver\n        payment: fee\n",
                        "check.trigger",
                        "by one of signature, payment, evidence"),
                Arguments.of(
                        "parking",
                        "when: occupied > 0",
                        "when: occupied > per_minute",
                        "check.guard-unit",
                        "this sets 1 against bank:EUR"),
                Arguments.of(
                        "parking",
                        "when: occupied > 0",
                        "when: occupied > 1",
                        "check.guard-number",
                        "Make it a term of type quantity"),
                Arguments.of(
                        "parking",
                        "when: occupied > 0",
                        "when: occupied.map(x, x)",
                        "check.guard",
                        "neither this stream nor a number"),
                Arguments.of(
                        "parking",
                        "when: occupied > 0",
                        "when: occupied > 0 && occupied < 0",
                        "check.guard-never",
                        "no reading of “occupied” ever fits"),
                Arguments.of(
                        "parking",
                        "when: occupied > 0",
                        "when: " + "occupied + ".repeat(60) + "0 > 0",
                        "check.text",
                        "has at most 500 characters"),
                Arguments.of(
                        "parking",
                        "when: occupied > 0",
                        "when: " + "0+".repeat(120) + "occupied > 0",
                        "check.guard",
                        "recursion"),
                Arguments.of(
                        "parking",
                        "      out:\n",
                        "      gone:\n        evidence: occupied\n        when: occupied < 0\n        go: free\n      out:\n",
                        "check.ambiguous",
                        "both fit when occupied is"),
                Arguments.of("parking", "value: 2 min", "value: 2 s", "check.too-short", "shorter than a minute"),
                Arguments.of(
                        "parking",
                        "    role: runs the bays\n",
                        "    role: runs the bays\n  city:\n    role: watches\n",
                        "check.idle-party",
                        "“city” neither signs"),
                Arguments.of(
                        "parking",
                        "    type: duration\n    value: 1 d",
                        "    type: duration\n    value: a day",
                        "check.value",
                        "Write a number and one of ms, s, min, h, d"),
                Arguments.of(
                        "cold-chain",
                        "held_by: maker",
                        "held_by: carrier",
                        "check.silence-pays",
                        "“carrier” does better by delivering nothing"),
                Arguments.of(
                        "parking",
                        "    demand:\n      - stream: occupied\n        within: dispute_time\n        missing:\n          effects:\n            - release: fee\n          go: free\n",
                        "",
                        "check.silence",
                        "it could win by silence"));
    }

    @ParameterizedTest
    @MethodSource("faulty")
    void a_faulty_contract_is_refused_with_place_reason_and_remedy(
            String template, String was, String is, String code, String words) {
        ContractFile file = Drafts.changed(template, was, is);

        assertThat(file.isSound()).as(file.findings().toString()).isFalse();
        assertThat(file.findings()).filteredOn(Finding::isError).anySatisfy(f -> {
            assertThat(f.code()).isEqualTo(code);
            assertThat(f.text() + " " + f.mend()).contains(words);
            assertThat(f.line()).isPositive();
            assertThat(f.mend()).isNotEmpty();
        });
    }

    /// Every member checks it in a block: what would take long is refused before it is looked at.
    @Test
    void a_contract_that_would_take_long_to_check_is_refused() {
        StringBuilder counted = new StringBuilder();
        for (int i = 0; i < 29; i++) {
            counted.append("      again_%d: {signature: driver, times: 1000, go: reserved}\n".formatted(i));
        }
        assertThat(Drafts.changed("parking", "      cancelled:\n", counted + "      cancelled:\n")
                        .findings())
                .filteredOn(Finding::isError)
                .anySatisfy(f -> assertThat(f.code()).isEqualTo("check.too-complex"));
    }

    @Test
    void a_leak_in_a_contract_of_thirty_states_is_found_with_the_course_to_it() {
        assertThat(ContractFile.read(thirty(-1), Map.of()).findings())
                .filteredOn(Finding::isError)
                .isEmpty();
        assertThat(ContractFile.read(thirty(17), Map.of()).findings())
                .filteredOn(Finding::isError)
                .singleElement()
                .satisfies(f -> {
                    assertThat(f.code()).isEqualTo("check.leak");
                    assertThat(f.text())
                            .contains("up to 0.83 bank:EUR of “pot”")
                            .contains("stop_17");
                });
    }

    /// A chain of thirty states, each of which may stop with what is left given back, but for one.
    private static String thirty(int leak) {
        StringBuilder out = new StringBuilder("""
                thingstead: contract/1
                title: Thirty
                about: A chain.
                parties: {a: {role: pays}, b: {role: is paid}}
                terms:
                  all: {type: money, asset: "bank:EUR", value: 1.00}
                  part: {type: money, asset: "bank:EUR", value: 0.01}
                  time: {type: duration, value: 1 h}
                deposits:
                  pot: {by: a, amount: all}
                start: s_0
                states:
                  done: {means: Over., end: true}
                """);
        IntStream.range(0, 28)
                .forEach(i -> out.append("""
                  s_%1$d:
                    means: Step %1$d.
                    deadline: time
                    otherwise: {effects: [{pay: part, from: pot, to: b}%2$s], go: %3$s}
                    on:
                      stop_%1$d: {signature: a, effects: [%4$s], go: %5$s}
                """.formatted(
                                i,
                                i == 27 ? ", {release: pot}" : "",
                                i == 27 ? "done" : "s_" + (i + 1),
                                i == leak ? "" : "{release: pot}",
                                i == 14 ? "stopped" : "done")));
        out.append("  stopped: {means: Stopped., end: true}\n");
        return out.toString();
    }
}
