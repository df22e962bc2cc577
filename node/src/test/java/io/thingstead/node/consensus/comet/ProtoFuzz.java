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
    void mutated_questions_to_the_signer_never_get_two_signatures_for_one_step(@TempDir Path folder) {
        SigningKey key = SigningKey.generate(Algorithm.ED25519);
        List<SignRequest> signed = new ArrayList<>();
        try (SignerState state = SignerState.open(folder.resolve("state"))) {
            var signer = new EngineSigner(key, "ts-00000000-2", state);
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
