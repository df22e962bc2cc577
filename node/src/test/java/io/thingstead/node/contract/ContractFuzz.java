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

    private byte[] mutate(byte[] sample) {
        byte[] mutated = sample.clone();
        for (int flips = random.nextInt(1, 4); flips > 0; flips--) {
            mutated[random.nextInt(mutated.length)] = (byte) random.nextInt(256);
        }
        return random.nextInt(8) == 0 ? Arrays.copyOf(mutated, random.nextInt(mutated.length)) : mutated;
    }
}
