package io.thingstead.node.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.thingstead.kit.crypto.CborMalformed;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Contracts that nobody sane would write, as text and as bytes: they are read or refused, and never throw anything
/// else.
class ContractFuzz {
    private final Random random;

    ContractFuzz() {
        long seed = Long.getLong("seed", new Random().nextLong());
        System.out.println("seed " + seed);
        random = new Random(seed);
    }

    @Test
    void mutated_bytes_are_refused_or_read_and_checked() {
        List<byte[]> samples = Templates.all().stream()
                .map(t -> ContractFile.read(t.text(), Map.of()).contract().encode())
                .toList();
        int readable = 0;
        for (int i = 0; i < 20_000; i++) {
            byte[] mutated = mutate(samples.get(random.nextInt(samples.size())));
            try {
                Contract contract = ContractCodec.decode(mutated);
                readable++;
                assertThat(contract.encode()).as("one form only").isEqualTo(mutated);
                if (readable % 20 == 0) {
                    new NameCheck(contract, Spots.NONE).findings();
                }
            } catch (CborMalformed expected) {
                // what it is for
            }
        }
        System.out.println("20,000 mutated contracts, " + readable + " still readable");
    }

    @Test
    void mutated_texts_have_findings_or_none_but_never_throw() {
        for (int i = 0; i < 150; i++) {
            String text = Templates.all().get(i % 2).text();
            StringBuilder mutated = new StringBuilder(text);
            for (int slips = random.nextInt(1, 6); slips > 0; slips--) {
                int at = random.nextInt(mutated.length());
                switch (random.nextInt(4)) {
                    case 0 -> mutated.deleteCharAt(at);
                    case 1 -> mutated.insert(at, (char) random.nextInt(1, 0x2ff));
                    case 2 -> mutated.delete(at, Math.min(mutated.length(), at + random.nextInt(200)));
                    default -> {
                        int from = random.nextInt(text.length() - 60);
                        mutated.insert(at, text, from, from + random.nextInt(60));
                    }
                }
            }
            ContractFile file = ContractFile.read(mutated.toString(), Map.of());
            assertThat(file.findings())
                    .allSatisfy(f -> assertThat(f.toString()).startsWith(f.line() == 0 ? "" : f.line() + ":"));
            if (file.isSound()) {
                assertThat(PlainText.of(file.contract(), file.values(), file.accounts()))
                        .isNotEmpty();
            }
        }
    }

    /// What the ledger does with bytes that somebody hands in: whatever they are, it answers.
    @Test
    void mutated_bytes_that_still_read_are_checked_without_any_exception() {
        int checked = 0;
        for (int i = 0; i < 40_000 && checked < 600; i++) {
            ContractFile file = ContractFile.read(Templates.all().get(i % 2).text(), Map.of());
            byte[] mutated = mutate(file.contract().encode());
            try {
                Contract contract = ContractCodec.decode(mutated);
                if (contract.terms().stream()
                        .map(t -> t.type().getClass())
                        .toList()
                        .equals(file.contract().terms().stream()
                                .map(t -> t.type().getClass())
                                .toList())) {
                    ContractCheck.of(new Code(contract), file.values());
                    checked++;
                }
            } catch (CborMalformed expected) {
                // what it is for
            }
        }
        assertThat(checked).isPositive();
    }

    @Test
    void guards_of_any_signs_are_compiled_or_refused() {
        ContractFile file =
                ContractFile.read(Templates.find("cold-chain").orElseThrow().text(), Map.of());
        List<String> parts = List.of(
                "temperature",
                "too_warm",
                "price",
                "box",
                "0",
                "1",
                "9223372036854775807",
                "-9223372036854775808",
                "1u",
                "1.5",
                "(",
                ")",
                "+",
                "-",
                "*",
                "/",
                "%",
                "<",
                ">",
                "<=",
                ">=",
                "==",
                "!=",
                "!",
                "&&",
                "||",
                "?",
                ":",
                ".",
                ",",
                "[",
                "]",
                "{",
                "}",
                "\"a\"",
                "'b'",
                "b'c'",
                "\\",
                "`x`",
                "@x",
                "in",
                "true",
                "false",
                "null",
                "has(",
                "size(",
                "int(",
                "type(",
                "dyn(",
                "\n",
                "//",
                "é",
                "😀",
                "\u0000",
                "$",
                "#");
        int compiled = 0;
        for (int i = 0; i < 3_000; i++) {
            StringBuilder guard = new StringBuilder();
            for (int left = random.nextInt(1, 9); left > 0; left--) {
                guard.append(parts.get(random.nextInt(parts.size()))).append(random.nextBoolean() ? " " : "");
            }
            Guard.Compiled result = Guard.compile(Guard.Scope.of(file.contract(), "temperature"), guard.toString());
            assertThat(result.code().isPresent())
                    .as(guard.toString())
                    .isNotEqualTo(result.fault().isPresent());
            if (result.code().isPresent()) {
                compiled++;
                Guard ready = result.code().get().with(file.contract(), file.values());
                ready.corners().forEach(ready::fits);
            }
        }
        System.out.println("3,000 guards, " + compiled + " compiled");
    }

    private byte[] mutate(byte[] sample) {
        byte[] mutated = sample.clone();
        for (int flips = random.nextInt(1, 4); flips > 0; flips--) {
            mutated[random.nextInt(mutated.length)] = (byte) random.nextInt(256);
        }
        return random.nextInt(8) == 0 ? Arrays.copyOf(mutated, random.nextInt(mutated.length)) : mutated;
    }
}
