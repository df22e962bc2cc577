package io.thingstead.kit.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.thingstead.kit.Mutations;
import io.thingstead.kit.Seeded;
import io.thingstead.kit.crypto.Algorithm;
import io.thingstead.kit.crypto.SigningKey;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.LedgerId;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Result;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Hostile bytes for the decoders of commands and their receipts: always an answer, and never another's signature.
final class CommandFuzz {
    private static final int ROUNDS = 40_000;
    private static final LedgerId LEDGER = new LedgerId(new byte[32]);
    private static final SigningKey KEY = SigningKey.fromSecret(Algorithm.ED25519, new byte[32]);
    private static final DeviceId DEVICE = DeviceId.of("acme:lock-1");

    @Test
    void a_mutated_command_is_refused_or_read_to_its_own_bytes_and_never_verifies() {
        Random random = Seeded.random(CommandFuzz.class);
        int read = 0;
        for (int i = 0; i < ROUNDS; i += 20) {
            byte[] good = Command.sign(LEDGER, KEY, DEVICE, 1 + i, "lock", "{\"a\":[1,true]}", i, i + 60_000L)
                    .bytes();
            for (int k = 0; k < 20; k++) {
                byte[] bytes = Mutations.of(good, random);
                switch (Command.decode(bytes)) {
                    case Result.No<Command>(var refused) ->
                        assertThat(refused.code()).isEqualTo(Refusal.COMMAND_MALFORMED);
                    case Result.Ok<Command>(Command command) -> {
                        read++;
                        assertThat(command.envelope().cose().encode()).isEqualTo(command.bytes());
                        assertThat(command.isSignedBy(LEDGER, KEY.key()))
                                .isEqualTo(Arrays.equals(command.bytes(), good));
                    }
                }
            }
        }
        assertThat(read).isPositive();
    }

    @Test
    void a_mutated_text_is_JSON_for_us_when_it_is_for_a_library() {
        Random random = Seeded.random(CommandFuzz.class);
        JsonMapper library = JsonMapper.builder()
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .build();
        library.getFactory()
                .setStreamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(JsonText.MAX_DEPTH)
                        .maxNumberLength(Command.MAX_JSON_BYTES)
                        .build());
        byte[] good = " {\"a\\u00e9\\n\":[1,-0.5e+7,true,null,{}],\n\"b\":\"x\"}".getBytes(StandardCharsets.UTF_8);
        int read = 0;
        for (int i = 0; i < ROUNDS; i++) {
            String text = new String(Mutations.of(good, random), StandardCharsets.ISO_8859_1);
            boolean isJson = JsonText.isOne(text);
            assertThat(isJson).as(text).isEqualTo(isJson(library, text));
            read += isJson ? 1 : 0;
        }
        assertThat(read).isPositive();
    }

    private static boolean isJson(JsonMapper library, String text) {
        try {
            return !library.readTree(text).isMissingNode();
        } catch (JsonProcessingException e) {
            return false;
        }
    }

    @Test
    void a_mutated_receipt_is_refused_or_written_back_as_it_came() {
        Random random = Seeded.random(CommandFuzz.class);
        int read = 0;
        for (int i = 0; i < ROUNDS; i++) {
            var outcome = CommandOutcome.values()[i % 5];
            var good = new CommandReceipt(1 + i, outcome, i, new byte[32], i % 3 == 0 ? null : "{\"locked\":true}");
            byte[] bytes = Mutations.of(good.encode(), random);
            if (CommandReceipt.decode(bytes) instanceof Result.Ok<CommandReceipt>(CommandReceipt receipt)) {
                read++;
                assertThat(receipt.encode()).isEqualTo(bytes);
            }
        }
        assertThat(read).isPositive();
    }
}
