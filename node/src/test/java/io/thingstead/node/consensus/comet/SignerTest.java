package io.thingstead.node.consensus.comet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.thingstead.kit.crypto.Algorithm;
import io.thingstead.kit.crypto.SigningKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The engine key signs each step once, whatever crashes or asks.
class SignerTest {
    private static final String CHAIN = "ts-00000000-2";

    @TempDir
    Path folder;

    private final SigningKey key = SigningKey.generate(Algorithm.ED25519);

    /// A SignVoteRequest's body for a block that is told by one number.
    static byte[] vote(int type, long height, long round, int block, long seconds) {
        byte[] hash = new byte[32];
        Arrays.fill(hash, (byte) block);
        ProtoWriter id = block == 0
                ? new ProtoWriter().message(2, new ProtoWriter())
                : new ProtoWriter()
                        .bytes(1, hash)
                        .message(2, new ProtoWriter().number(1, 1).bytes(2, hash));
        byte[] vote = new ProtoWriter()
                .number(1, type)
                .number(2, height)
                .number(3, round)
                .message(4, id)
                .message(5, new Time(seconds, 7).write())
                .bytes(6, new byte[20])
                .number(7, 3)
                .toBytes();
        return new ProtoWriter().element(1, vote).text(2, CHAIN).toBytes();
    }

    private static SignRequest request(int type, long height, long round, int block, long seconds) {
        return SignRequest.read(new ProtoReader(vote(type, height, round, block, seconds)), false);
    }

    private VoteRecord record() {
        try {
            SignerState.begin(folder.resolve("state"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return VoteRecord.of(SignerState.open(folder.resolve("state")));
    }

    private EngineSigner.Answer sign(SignRequest request) {
        try (VoteRecord record = record()) {
            return new EngineSigner(EngineSigner.Voters.always(key), CHAIN, record).sign(request);
        }
    }

    /// The signature in a signed vote.
    private static byte[] signature(EngineSigner.Answer answer) {
        ProtoReader in = new ProtoReader(Objects.requireNonNull(answer.signed()));
        byte[] signature = {};
        while (in.next()) {
            if (in.field() == 8) {
                signature = in.bytes();
            } else {
                in.skip();
            }
        }
        return signature;
    }

    @Test
    void a_vote_is_signed_in_its_canonical_form() {
        SignRequest request = request(SignRequest.PRECOMMIT, 1, 1, 0, 0);
        // tendermint.types.CanonicalVote: type 2, height 1 and round 1 as fixed numbers, no block, its time, the chain.
        assertThat(HexFormat.of().formatHex(request.signBytes(Time.ZERO)))
                .isEqualTo("25" + "0802" + "110100000000000000" + "190100000000000000" + "2a00" + "320d"
                        + HexFormat.of().formatHex(CHAIN.getBytes(java.nio.charset.StandardCharsets.US_ASCII)));
        EngineSigner.Answer answer = sign(request);
        assertThat(key.key().verify(request.signBytes(), signature(answer))).isTrue();
    }

    @Test
    void the_same_vote_at_another_time_gets_the_first_signature_also_after_a_restart() {
        byte[] first = signature(sign(request(SignRequest.PREVOTE, 5, 0, 1, 100)));
        EngineSigner.Answer again = sign(request(SignRequest.PREVOTE, 5, 0, 1, 200));
        assertThat(signature(again)).isEqualTo(first);
        ProtoReader in = new ProtoReader(Objects.requireNonNull(again.signed()));
        while (in.next()) {
            if (in.field() == 5) {
                assertThat(Time.read(in.message()).seconds())
                        .as("the first time")
                        .isEqualTo(100);
            } else {
                in.skip();
            }
        }
    }

    @Test
    void another_vote_for_the_same_step_and_an_earlier_step_are_refused_also_after_a_restart() {
        sign(request(SignRequest.PREVOTE, 5, 1, 1, 100));
        assertThat(sign(request(SignRequest.PREVOTE, 5, 1, 2, 100)).refusal()).contains("something else");
        assertThat(sign(request(SignRequest.PREVOTE, 5, 1, 0, 100)).refusal()).contains("something else");
        assertThat(sign(request(SignRequest.PREVOTE, 5, 0, 1, 100)).refusal()).contains("before");
        assertThat(sign(request(SignRequest.PRECOMMIT, 4, 9, 1, 100)).refusal()).contains("before");
        assertThat(sign(request(SignRequest.PRECOMMIT, 5, 1, 1, 100)).signed()).isNotNull();
        assertThat(sign(request(SignRequest.PREVOTE, 5, 1, 1, 100)).refusal()).contains("before");
        assertThat(sign(request(SignRequest.PREVOTE, 6, 0, 2, 100)).signed()).isNotNull();
    }

    @Test
    void nothing_is_signed_for_another_chain() {
        try (VoteRecord record = record()) {
            var answer = new EngineSigner(EngineSigner.Voters.always(key), "ts-00000000-3", record)
                    .sign(request(SignRequest.PREVOTE, 5, 0, 1, 1));
            assertThat(answer.signed()).isNull();
        }
    }

    @Test
    void a_torn_write_leaves_what_was_signed_before_and_a_damaged_state_signs_nothing() throws Exception {
        Path file = folder.resolve("state");
        for (int height = 1; height <= 4; height++) {
            sign(request(SignRequest.PREVOTE, height, 0, 1, 100));
        }
        byte[] whole = Files.readAllBytes(file);
        byte[] torn = whole.clone();
        // Height 4 stands in the first half: counters start at 1, even ones come first.
        Arrays.fill(torn, 40, 60, (byte) 0);
        Files.write(file, torn);
        assertThat(sign(request(SignRequest.PREVOTE, 3, 0, 2, 100)).refusal()).contains("something else");
        byte[] broken = torn.clone();
        Arrays.fill(broken, 512 + 40, 512 + 60, (byte) 0);
        Files.write(file, broken);
        assertThatThrownBy(() -> SignerState.open(file)).isInstanceOf(UncheckedIOException.class);
    }

    @Test
    void a_state_of_another_size_than_it_is_written_in_was_cut_and_signs_nothing() throws Exception {
        Path file = folder.resolve("state");
        for (int height = 1; height <= 2; height++) {
            sign(request(SignRequest.PREVOTE, height, 0, 1, 100));
            assertThat(Files.size(file)).isEqualTo(1_024);
        }
        byte[] whole = Files.readAllBytes(file);
        for (int size : new int[] {1, 100, 511, 512, 513, 1_023, 1_025, 2_048}) {
            Files.write(file, Arrays.copyOf(whole, size));
            assertThatThrownBy(() -> SignerState.open(file))
                    .isInstanceOf(UncheckedIOException.class)
                    .hasMessageContaining(": it is " + size + " bytes long, not 1024. What to do: check the disk");
        }
        Files.write(file, new byte[1_024]);
        assertThatThrownBy(() -> SignerState.open(file)).hasMessageContaining("neither half of it is readable");
    }
}
