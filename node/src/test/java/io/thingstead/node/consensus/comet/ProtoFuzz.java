package io.thingstead.node.consensus.comet;

import static org.assertj.core.api.Assertions.assertThat;

import io.thingstead.kit.crypto.Algorithm;
import io.thingstead.kit.crypto.SigningKey;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Whatever stands on the sockets between node and engine is read or refused, never more.
class ProtoFuzz {
    private static final long SEED = Long.getLong("seed", System.nanoTime());
    private static final int ROUNDS = 100_000;

    private final Random random = new Random(SEED);

    ProtoFuzz() {
        System.out.println("ProtoFuzz seed " + SEED);
    }

    private static byte[] request(int field, ProtoWriter body) {
        return new ProtoWriter().message(field, body).toBytes();
    }

    private static List<byte[]> requests() {
        ProtoWriter time = new Time(1_800_000_000, 5).write();
        ProtoWriter misbehavior = new ProtoWriter()
                .number(1, 1)
                .message(2, new ProtoWriter().bytes(1, new byte[20]).number(3, 1))
                .number(3, 7);
        ProtoWriter block = new ProtoWriter()
                .element(1, new byte[300])
                .element(1, new byte[0])
                .message(2, new ProtoWriter().number(1, 3))
                .message(3, misbehavior)
                .bytes(4, new byte[32])
                .number(5, 12)
                .message(6, time);
        ProtoWriter snapshot = new AbciRequest.Snapshot(7, 1, 3, new byte[32], new byte[90]).write();
        return List.of(
                request(1, new ProtoWriter().text(1, "hello")),
                request(2, new ProtoWriter()),
                request(
                        5,
                        new ProtoWriter()
                                .message(1, time)
                                .text(2, "ts-00000000-2")
                                .number(6, 9)),
                request(6, new ProtoWriter().text(2, "/p2p/filter/id/ab")),
                request(8, new ProtoWriter().bytes(1, new byte[100])),
                request(13, new ProtoWriter().message(1, snapshot).bytes(2, new byte[32])),
                request(
                        15,
                        new ProtoWriter().number(1, 2).bytes(2, new byte[50]).text(3, "peer")),
                request(
                        16,
                        new ProtoWriter()
                                .number(1, 1_000)
                                .element(2, new byte[10])
                                .number(5, 3)
                                .message(6, time)),
                request(17, block),
                request(20, block));
    }

    private byte[] mutated(byte[] bytes) {
        byte[] copy = random.nextInt(4) == 0
                ? java.util.Arrays.copyOf(bytes, random.nextInt(bytes.length + 8))
                : bytes.clone();
        for (int i = random.nextInt(4); i >= 0 && copy.length > 0; i--) {
            copy[random.nextInt(copy.length)] = (byte) random.nextInt(256);
        }
        return copy;
    }

    @Test
    void mutated_requests_are_read_or_refused() {
        List<byte[]> requests = requests();
        requests.forEach(request -> assertThat(AbciRequest.decode(request)).isNotNull());
        int read = 0;
        for (int i = 0; i < ROUNDS; i++) {
            try {
                assertThat(AbciRequest.decode(mutated(requests.get(random.nextInt(requests.size())))))
                        .isNotNull();
                read++;
            } catch (ProtoMalformed e) {
                assertThat(e.getMessage()).isNotBlank();
            }
        }
        System.out.println(read + " of " + ROUNDS + " mutated requests still readable");
        assertThat(read).isBetween(ROUNDS / 50, ROUNDS - ROUNDS / 50);
    }

    @Test
    void mutated_questions_to_the_signer_never_get_two_signatures_for_one_step(@TempDir Path folder)
            throws IOException {
        SigningKey key = SigningKey.generate(Algorithm.ED25519);
        List<SignRequest> signed = new ArrayList<>();
        SignerState.begin(folder.resolve("state"));
        try (VoteRecord record = VoteRecord.of(SignerState.open(folder.resolve("state")))) {
            var signer = new EngineSigner(EngineSigner.Voters.always(key), "ts-00000000-2", record);
            byte[] vote = SignerTest.vote(SignRequest.PREVOTE, 5, 0, 1, 1_800_000_000L);
            for (int i = 0; i < 2_000; i++) {
                try {
                    SignRequest request = SignRequest.read(new ProtoReader(mutated(vote)), false);
                    if (signer.sign(request).signed() != null) {
                        signed.add(request);
                    }
                } catch (ProtoMalformed e) {
                    assertThat(e.getMessage()).isNotBlank();
                }
            }
        }
        for (SignRequest one : signed) {
            for (SignRequest other : signed) {
                boolean sameStep =
                        one.height() == other.height() && one.round() == other.round() && one.step() == other.step();
                if (sameStep) {
                    assertThat(one.signBytes(Time.ZERO)).isEqualTo(other.signBytes(Time.ZERO));
                }
            }
        }
    }

    /// Whole messages of the signer's protocol, votes, proposals and the rest, as they come off the socket.
    @Test
    void mutated_messages_to_the_signer_are_answered_or_refused(@TempDir Path folder) throws IOException {
        SigningKey key = SigningKey.generate(Algorithm.ED25519);
        SignerState.begin(folder.resolve("state"));
        List<byte[]> messages = List.of(
                new ProtoWriter()
                        .message(1, new ProtoWriter().text(1, "ts-00000000-2"))
                        .toBytes(),
                asked(3, SignerTest.vote(SignRequest.PREVOTE, 5, 0, 1, 1_800_000_000L)),
                asked(3, SignerTest.vote(SignRequest.PRECOMMIT, 5, 0, 1, 1_800_000_000L)),
                asked(5, proposal()),
                new ProtoWriter().message(7, new ProtoWriter()).toBytes());
        int answered = 0;
        try (VoteRecord record = VoteRecord.of(SignerState.open(folder.resolve("state")));
                var signer = new RemoteSigner(
                        folder.resolve("socket"),
                        new EngineSigner(EngineSigner.Voters.always(key), "ts-00000000-2", record))) {
            for (byte[] message : messages) {
                assertThat(signer.answer(message)).isNotEmpty();
            }
            for (int i = 0; i < 5_000; i++) {
                try {
                    assertThat(signer.answer(mutated(messages.get(random.nextInt(messages.size())))))
                            .isNotEmpty();
                    answered++;
                } catch (ProtoMalformed e) {
                    assertThat(e.getMessage()).isNotBlank();
                }
            }
        }
        try (SignerState again = SignerState.open(folder.resolve("state"))) {
            assertThat(again.last())
                    .as("what was signed last can be read again")
                    .isNotNull();
        }
        System.out.println(answered + " of 5000 answered");
        assertThat(answered).isBetween(100, 4_900);
    }

    @Test
    void what_could_not_be_kept_in_the_record_of_votes_is_not_signed() {
        for (byte[] bad : List.of(
                SignerTest.vote(SignRequest.PREVOTE, -1, 0, 1, 1_800_000_000L),
                SignerTest.vote(SignRequest.PREVOTE, 5, -1, 1, 1_800_000_000L),
                SignerTest.vote(SignRequest.PREVOTE, 5, 0, 1, -62_135_596_800L))) {
            org.assertj.core.api.Assertions.assertThatThrownBy(() -> SignRequest.read(new ProtoReader(bad), false))
                    .isInstanceOf(ProtoMalformed.class);
        }
    }

    private static byte[] asked(int field, byte[] body) {
        return new ProtoWriter().element(field, body).toBytes();
    }

    private static byte[] proposal() {
        ProtoWriter id = new ProtoWriter()
                .bytes(1, new byte[] {1})
                .message(2, new ProtoWriter().number(1, 1).bytes(2, new byte[32]));
        ProtoWriter proposal = new ProtoWriter()
                .number(1, SignRequest.PROPOSAL)
                .number(2, 6)
                .number(4, -1)
                .message(5, id)
                .message(6, new Time(1_800_000_000L, 7).write());
        return new ProtoWriter().message(1, proposal).text(2, "ts-00000000-2").toBytes();
    }

    @Test
    void lengths_that_lie_cost_nothing() {
        byte[] huge = {(byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xff, 0x07, 1, 2};
        byte[] endless = {(byte) 0x80, (byte) 0x80, (byte) 0x80, (byte) 0x80, (byte) 0x80, (byte) 0x80};
        for (byte[] bytes : List.of(huge, endless, new byte[] {5, 1}, new byte[] {(byte) 0x80})) {
            org.assertj.core.api.Assertions.assertThatThrownBy(
                            () -> Delimited.read(new ByteArrayInputStream(bytes), 1 << 20))
                    .isInstanceOf(IOException.class);
        }
    }
}
