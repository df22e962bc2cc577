package io.thingstead.node.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.thingstead.kit.command.Command;
import io.thingstead.kit.command.CommandOutcome;
import io.thingstead.kit.crypto.Algorithm;
import io.thingstead.kit.crypto.SigningKey;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.LedgerId;
import io.thingstead.kit.model.TrustLevel;
import io.thingstead.node.command.CommandRecord;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What devices report stays one value of what is shown, whatever it says.
class CommandJsonTest {
    private static final DeviceId DEVICE = DeviceId.of("acme:lock-1");

    private static String shown(String result) {
        var command = Command.sign(
                new LedgerId(new byte[32]),
                SigningKey.generate(Algorithm.ED25519),
                DEVICE,
                1,
                "lock",
                "{\"a\": 1.50}",
                1,
                2);
        var place = new CommandRecord.Place(1, 1, 1);
        var step = new CommandRecord.Step(CommandOutcome.EXECUTED, place, TrustLevel.DEVICE_SIGNED, 1, 1, result);
        var json = CommandJson.of(new CommandRecord(command, place, List.of(step)), 1, _ -> false);
        return new String(Json.bytes(json), StandardCharsets.UTF_8);
    }

    @Test
    void a_result_that_would_end_its_place_is_shown_as_a_text() throws Exception {
        for (String forged : List.of(
                "1,\"anchored\":true}]},{\"device\":\"home:lock-1\",\"number\":1,\"name\":\"unlock\"",
                "1\n\nevent: tick",
                "",
                "NaN")) {
            var shown = shown(forged);
            assertThat(shown).doesNotContain("\n");
            var step = new JsonMapper().readTree(shown).path("steps").path(1);
            assertThat(step.path("result").textValue()).isEqualTo(forged);
            assertThat(step.path("anchored").booleanValue()).isFalse();
        }
    }

    @Test
    void a_result_over_several_lines_is_one_line() {
        assertThat(shown("{\"a\":\n[1e2,\n2.50]}")).doesNotContain("\n").contains("\"result\":{\"a\":[");
        assertThat(shown("null")).contains("\"result\":null").contains("\"params\":{\"a\":1.5}");
    }
}
