package io.thingstead.kit.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Identifiers and codes are those of `docs/formats.md`.
final class ModelTest {
    @Test
    void the_refusal_codes_are_exactly_the_documented_ones() throws IOException {
        String formats = Files.readString(Path.of(System.getProperty("project.root", ".."), "docs", "formats.md"));
        String table = formats.substring(formats.indexOf("## 10. Refusal codes"));
        Set<String> documented = new TreeSet<>();
        for (String line : table.lines().filter(l -> l.startsWith("| `")).toList()) {
            Pattern.compile("`([a-z.-]+)`")
                    .matcher(line.substring(0, line.indexOf('|', 1)))
                    .results()
                    .forEach(code -> documented.add(code.group(1)));
        }
        assertThat(Arrays.stream(Refusal.values()).map(Refusal::code)).hasSameElementsAs(documented);
    }

    @ParameterizedTest
    @ValueSource(strings = {"demo:box-1", "a:b", "-:-", "0:0"})
    void device_ids_are_read_and_written_the_same(String text) {
        DeviceId device = DeviceId.parse(text).orElseThrow();
        assertThat(device.value()).isEqualTo(text);
        assertThat(DeviceId.of(text)).isEqualTo(device).hasToString(text);
        assertThat(new DeviceId(device.member(), device.name()))
                .isEqualTo(device)
                .hasSameHashCodeAs(device);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ":",
                "demo",
                "demo:",
                ":box",
                "Demo:box",
                "demo:Box",
                "demo:box:1",
                "de mo:box",
                "demo:bóx",
                "demo:box\n",
                "demo:box_1"
            })
    void what_is_no_device_id_is_not_read(String text) {
        assertThat(DeviceId.parse(text)).isEmpty();
        assertThatThrownBy(() -> DeviceId.of(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void names_have_their_lengths() {
        assertThat(MemberId.parse("m".repeat(32))).isPresent();
        assertThat(MemberId.parse("m".repeat(33))).isEmpty();
        assertThat(DeviceId.parse("m".repeat(32) + ":" + "d".repeat(64))).isPresent();
        assertThat(DeviceId.parse("m".repeat(32) + ":" + "d".repeat(65))).isEmpty();
        assertThat(DeviceId.parse("m".repeat(33) + ":" + "d".repeat(64))).isEmpty();
        assertThatThrownBy(() -> new MemberId("A")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new DeviceId(new MemberId("a"), "")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new LogId(new MemberId("a"), 0)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void ids_of_bytes_are_values_of_exactly_32_bytes() {
        byte[] bytes = new byte[32];
        bytes[0] = (byte) 0xff;
        assertThat(new Thumbprint(bytes)).isEqualTo(Thumbprint.ofHex("ff" + "00".repeat(31)));
        assertThat(new Thumbprint(bytes)).hasSameHashCodeAs(new Thumbprint(bytes.clone()));
        assertThat(new LedgerId(bytes))
                .isEqualTo(LedgerId.ofHex("ff" + "00".repeat(31)))
                .isNotEqualTo(bytes);
        assertThat(new Thumbprint(bytes)).isGreaterThan(new Thumbprint(new byte[32]));
        for (int length : List.of(0, 31, 33)) {
            assertThatThrownBy(() -> new Thumbprint(new byte[length])).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> new LedgerId(new byte[length])).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void key_roles_have_their_numbers() {
        for (int number = 1; number <= 10; number++) {
            assertThat(KeyRole.of(number).orElseThrow().number()).isEqualTo(number);
        }
        assertThat(KeyRole.of(0)).isEmpty();
        assertThat(KeyRole.of(11)).isEmpty();
        assertThat(KeyRole.of(1L << 32 | 1)).isEmpty();
        assertThat(Arrays.stream(KeyRole.values()).map(KeyRole::label).distinct())
                .hasSize(10);
    }

    @Test
    void data_is_equal_by_its_bytes() {
        assertThat(new Value.Data(new byte[] {1})).isEqualTo(new Value.Data(new byte[] {1}));
        assertThat(new Value.Data(new byte[] {1})).hasSameHashCodeAs(new Value.Data(new byte[] {1}));
        assertThat(new Value.Data(new byte[] {1})).isNotEqualTo(new Value.Data(new byte[] {2}));
    }
}
