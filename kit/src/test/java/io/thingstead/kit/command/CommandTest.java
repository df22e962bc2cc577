package io.thingstead.kit.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.thingstead.kit.crypto.Algorithm;
import io.thingstead.kit.crypto.CborWriter;
import io.thingstead.kit.crypto.CoseKind;
import io.thingstead.kit.crypto.SigningKey;
import io.thingstead.kit.frame.Frame;
import io.thingstead.kit.frame.FrameSigner;
import io.thingstead.kit.frame.SenMlEncoder;
import io.thingstead.kit.frame.SenMlEncoder.Measurement;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.LedgerId;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Result;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Commands and their receipts as bytes.
class CommandTest {
    private static final LedgerId LEDGER = new LedgerId(new byte[32]);
    private static final SigningKey NODE = SigningKey.generate(Algorithm.ED25519);
    private static final DeviceId DEVICE = DeviceId.of("acme:lock-1");
    private static final long NOW = 1_790_000_000_000L;

    private static byte[] signed(String name, String params, long issuedMs, long expiresMs) {
        byte[] payload = new CborWriter()
                .array(4)
                .text(name)
                .text(params)
                .integer(issuedMs)
                .integer(expiresMs)
                .toBytes();
        return FrameSigner.of(LEDGER, NODE).onBehalfOf(DEVICE).sign(7, payload);
    }

    private static void refused(byte[] bytes) {
        assertThat(Command.decode(bytes))
                .isInstanceOfSatisfying(
                        Result.No.class, no -> assertThat(no.refused().code()).isEqualTo(Refusal.COMMAND_MALFORMED));
    }

    @Test
    void a_command_is_read_as_it_was_signed() {
        Command made = Command.sign(LEDGER, NODE, DEVICE, 7, "lock", "true", NOW, NOW + 60_000);
        Command read = Command.decode(made.bytes()).orThrow();
        assertThat(read.device()).isEqualTo(DEVICE);
        assertThat(read.number()).isEqualTo(7);
        assertThat(read.name()).isEqualTo("lock");
        assertThat(read.params()).isEqualTo("true");
        assertThat(read.issuedMs()).isEqualTo(NOW);
        assertThat(read.expiresMs()).isEqualTo(NOW + 60_000);
        assertThat(read.isSignedBy(LEDGER, NODE.key())).isTrue();
        assertThat(read.isSignedBy(new LedgerId(randomBytes()), NODE.key())).isFalse();
        assertThat(read.isSignedBy(
                        LEDGER, SigningKey.generate(Algorithm.ED25519).key()))
                .isFalse();
    }

    private static byte[] randomBytes() {
        byte[] bytes = new byte[32];
        bytes[5] = 1;
        return bytes;
    }

    @Test
    void what_is_not_within_the_bounds_is_no_command() {
        assertThat(Command.decode(signed("lock", "1", NOW, NOW + 1))).isInstanceOf(Result.Ok.class);
        refused(signed("", "1", NOW, NOW + 1));
        refused(signed("a name", "1", NOW, NOW + 1));
        refused(signed("n".repeat(65), "1", NOW, NOW + 1));
        refused(signed("lock", "", NOW, NOW + 1));
        refused(signed("lock", "1".repeat(4_097), NOW, NOW + 1));
        refused(signed("lock", "1", NOW, NOW));
        refused(signed("lock", "1", NOW, NOW + 30L * 24 * 3_600_000 + 1));
        byte[] ofNobody = FrameSigner.of(LEDGER, NODE)
                .sign(
                        7,
                        Command.decode(signed("a", "1", 1, 2))
                                .orThrow()
                                .envelope()
                                .payload());
        refused(ofNobody);
    }

    @Test
    void readings_commands_and_receipts_are_of_different_kinds_under_one_key() {
        byte[] readings = SenMlEncoder.encode(List.of(
                Measurement.of("a", "Cel", 1, NOW),
                Measurement.of("b", "Cel", 2, NOW),
                Measurement.of("c", "Cel", 3, NOW),
                Measurement.of("d", "Cel", 4, NOW)));
        byte[] command = Command.decode(signed("lock", "1", NOW, NOW + 1))
                .orThrow()
                .envelope()
                .payload();
        byte[] receipt = new CommandReceipt(1, CommandOutcome.EXECUTED, NOW, new byte[32], null).encode();
        var kinds = new ArrayList<CoseKind>();
        for (byte[] payload : List.of(readings, command, receipt)) {
            Frame frame =
                    Frame.decode(FrameSigner.of(LEDGER, NODE).sign(1, payload)).orThrow();
            kinds.add(frame.kind());
            for (CoseKind kind : CoseKind.values()) {
                assertThat(frame.cose().verify(kind, LEDGER, NODE.key())).isEqualTo(kind == frame.kind());
            }
        }
        assertThat(kinds).containsExactly(CoseKind.FRAME, CoseKind.COMMAND, CoseKind.COMMAND_RECEIPT);
    }

    @Test
    void one_JSON_text_and_nothing_beside_it_is_a_result() {
        for (String json :
                List.of("1", " {\"a\":[1,-2.5e3,\"\\u00e9\\n\"]}\n", "[]", "\"\"", "[".repeat(16) + "]".repeat(16)))
            assertThat(JsonText.isOne(json)).as(json).isTrue();
        for (String other : List.of(
                "",
                " ",
                "1,\"anchored\":true}]},{\"device\":\"home:lock-1\",\"number\":1",
                "1 2",
                "NaN",
                "01",
                "{\"a\":1,}",
                "{a:1}",
                "\"\n\"",
                "\"\\x\"",
                "\"\\u00g0\"",
                "tru",
                "[".repeat(17) + "]".repeat(17),
                "\"" + "x".repeat(4_095) + "\""))
            assertThat(JsonText.isOne(other)).as(other).isFalse();
    }

    @Test
    void a_receipt_is_read_as_it_was_written() {
        for (CommandOutcome outcome : CommandOutcome.values()) {
            var made = new CommandReceipt(9, outcome, NOW, randomBytes(), "{\"locked\":true}");
            var read = CommandReceipt.decode(made.encode()).orThrow();
            assertThat(read.encode()).isEqualTo(made.encode());
            assertThat(read.outcome()).isEqualTo(outcome);
            assertThat(read.result()).isEqualTo("{\"locked\":true}");
        }
        assertThat(CommandReceipt.decode(new byte[0])).isInstanceOf(Result.No.class);
        var none = new CborWriter()
                .array(5)
                .integer(1)
                .integer(6)
                .integer(1)
                .bytes(new byte[32])
                .nil()
                .toBytes();
        assertThat(CommandReceipt.decode(none)).isInstanceOf(Result.No.class);
    }
}
