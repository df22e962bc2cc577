package io.thingstead.kit.merkle;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/// Every decoder of this package against random and damaged bytes: it answers, and what it accepts it writes back
/// alike.
class MerkleFuzz {
    private static final int ROUNDS = 50_000;
    private final long seed = Long.getLong("seed", System.nanoTime());
    private final Random random = new Random(seed);

    @Test
    void state_proofs() {
        var map = StateMap.EMPTY;
        for (int i = 0; i < 50; i++) map = map.put(new byte[] {(byte) i}, new byte[] {1});
        fuzz(
                List.of(
                        map.prove(new byte[] {3}).encode(),
                        map.prove(new byte[] {99}).encode(),
                        StateMap.EMPTY.prove(new byte[0]).encode()),
                bytes -> StateProof.decode(bytes)
                        .ifPresent(p -> assertThat(p.encode()).isEqualTo(bytes)));
    }

    @Test
    void frontiers() {
        var frontier = new Frontier();
        for (int i = 0; i < 100; i++) frontier.append(new byte[32]);
        fuzz(
                List.of(frontier.encode(), new Frontier().encode()),
                bytes -> Frontier.decode(bytes)
                        .ifPresent(f -> assertThat(f.encode()).isEqualTo(bytes)));
    }

    @Test
    void notes_checkpoints_and_keys() {
        var key = new NoteKey("log.example/1", new byte[32]);
        var note = SignedNote.sign(new Checkpoint("log.example/1", 77, new byte[32]).body(), key, m -> new byte[64]);
        fuzz(
                List.of(
                        note.encode().getBytes(StandardCharsets.UTF_8),
                        key.text().getBytes(StandardCharsets.UTF_8)),
                bytes -> {
                    var text = new String(bytes, StandardCharsets.UTF_8);
                    SignedNote.parse(bytes).ifPresent(n -> {
                        assertThat(n.encode()).isEqualTo(text);
                        n.verify(List.of(key), (k, m, s) -> false);
                        Checkpoint.parse(n.text())
                                .ifPresent(c -> assertThat(c.body()).isEqualTo(n.text()));
                    });
                    NoteKey.parse(text).ifPresent(k -> assertThat(k.text()).isEqualTo(text));
                });
    }

    @Test
    void tile_paths() {
        fuzz(
                List.of(
                        "tile/0/x001/002.p/7".getBytes(StandardCharsets.US_ASCII),
                        "tile/entries/000".getBytes(StandardCharsets.US_ASCII)),
                bytes -> {
                    var text = new String(bytes, StandardCharsets.UTF_8);
                    TilePath.parse(text).ifPresent(p -> assertThat(p.format()).isEqualTo(text));
                });
    }

    private void fuzz(List<byte[]> seeds, Consumer<byte[]> decoder) {
        System.out.println("MerkleFuzz seed " + seed);
        for (var valid : seeds) decoder.accept(valid);
        for (int i = 0; i < ROUNDS; i++) decoder.accept(damaged(seeds.get(random.nextInt(seeds.size()))));
    }

    private byte[] damaged(byte[] valid) {
        var bytes = java.util.Arrays.copyOf(valid, Math.max(0, valid.length + random.nextInt(9) - 4));
        for (int i = random.nextInt(4); i >= 0 && bytes.length > 0; i--) {
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
        }
        if (random.nextInt(20) == 0) random.nextBytes(bytes);
        return bytes;
    }
}
