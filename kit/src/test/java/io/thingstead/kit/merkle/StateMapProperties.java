package io.thingstead.kit.merkle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// The state map against a naive model built from the definition, with random puts and removals.
class StateMapProperties {
    private final long seed = Long.getLong("seed", System.nanoTime());
    private final Random random = new Random(seed);

    @Test
    void root_and_content_agree_with_the_model_and_every_key_is_proved() {
        System.out.println("StateMapProperties seed " + seed);
        for (int round = 0; round < 20; round++) {
            var map = StateMap.EMPTY;
            var model = new HashMap<String, byte[]>();
            int keys = 1 + random.nextInt(60);
            for (int step = 0; step < 150; step++) {
                var key = "key/" + random.nextInt(keys);
                if (random.nextInt(3) == 0) {
                    map = map.remove(bytes(key));
                    model.remove(key);
                } else {
                    var value = bytes("value " + random.nextInt(5));
                    map = map.put(bytes(key), value);
                    model.put(key, value);
                }
                assertThat(map.size()).isEqualTo(model.size());
                if (step % 10 == 0) assertThat(map.root()).isEqualTo(modelRoot(model));
            }
            assertThat(map.root()).isEqualTo(modelRoot(model));
            for (int i = 0; i < keys; i++) checkProof(map, model, "key/" + i);
            checkProof(map, model, "elsewhere");
        }
    }

    @Test
    void changes_made_all_at_once_give_what_they_give_one_by_one() {
        System.out.println("StateMapProperties seed " + seed);
        for (int round = 0; round < 200; round++) {
            var map = StateMap.EMPTY;
            int keys = 1 + random.nextInt(100);
            for (int step = 0; step < 20; step++) {
                var oneByOne = map;
                var changes = new StateChanges();
                for (int i = 0; i < keys; i++) {
                    if (random.nextInt(4) > 0) continue;
                    var key = bytes("key/" + i);
                    var value = random.nextInt(3) == 0 ? null : bytes("value " + random.nextInt(5));
                    changes.add(key, value);
                    oneByOne = value == null ? oneByOne.remove(key) : oneByOne.put(key, value);
                }
                var before = map.root();
                var atOnce = map.with(changes);
                assertThat(atOnce.root()).isEqualTo(oneByOne.root());
                assertThat(atOnce.size()).isEqualTo(oneByOne.size());
                assertThat(map.root()).isEqualTo(before);
                for (int i = 0; i < keys; i++) {
                    var key = bytes("key/" + i);
                    assertThat(atOnce.get(key)).isEqualTo(oneByOne.get(key));
                    assertThat(atOnce.contains(key)).isEqualTo(oneByOne.get(key) != null);
                    assertThat(atOnce.prove(key).encode())
                            .isEqualTo(oneByOne.prove(key).encode());
                }
                map = atOnce;
            }
        }
    }

    @Test
    void a_key_is_changed_once_at_a_time() {
        var changes = new StateChanges();
        changes.add(bytes("a"), bytes("1"));
        changes.add(bytes("a"), null);
        assertThatIllegalArgumentException().isThrownBy(() -> StateMap.EMPTY.with(changes));
    }

    @Test
    void the_root_depends_on_the_entries_only_and_older_versions_stay() {
        System.out.println("StateMapProperties seed " + seed);
        var keys = new ArrayList<String>();
        for (int i = 0; i < 500; i++) keys.add("k" + i);
        var first = StateMap.EMPTY;
        for (var key : keys) first = first.put(bytes(key), bytes("v" + key));
        var root = first.root();
        Collections.shuffle(keys, random);
        var second = StateMap.EMPTY.put(bytes("later removed"), bytes("x"));
        for (var key : keys) second = second.put(bytes(key), bytes("v" + key));
        assertThat(second.root()).isNotEqualTo(root);
        second = second.remove(bytes("later removed"));
        assertThat(second.root()).isEqualTo(root);
        for (var key : keys.subList(0, 250)) second = second.remove(bytes(key)).put(bytes(key), bytes("new"));
        for (var key : keys) second = second.remove(bytes(key));
        assertThat(second.root()).isEqualTo(new byte[32]);
        assertThat(second.size()).isZero();
        assertThat(first.root()).isEqualTo(root);
        assertThat(first.get(bytes(keys.getFirst()))).isEqualTo(StateMap.valueHash(bytes("v" + keys.getFirst())));
    }

    @Test
    void keys_whose_paths_share_a_long_prefix_are_kept_apart_and_proved() {
        // Paths are given directly: a shared prefix of 200 bits cannot be found by hashing.
        var one = new byte[32];
        var two = new byte[32];
        two[25] = 1;
        var value = StateMap.valueHash(bytes("v"));
        var map = StateMap.EMPTY.putHash(one, value).putHash(two, value);
        var other = StateMap.valueHash(bytes("w"));
        var changed = map.putHash(one, other);
        assertThat(changed.size()).isEqualTo(2);
        assertThat(changed.putHash(one, value).root()).isEqualTo(map.root());
        var proof = map.prove(bytes("a key that is not there"));
        assertThat(proof.rootWithout(bytes("a key that is not there"))).isEqualTo(map.root());
        assertThat(map.root()).isEqualTo(node(List.of(new ModelEntry(one, value), new ModelEntry(two, value)), 0));
    }

    @Test
    void no_mutation_of_a_state_proof_leads_to_the_root() {
        System.out.println("StateMapProperties seed " + seed);
        var map = StateMap.EMPTY;
        for (int i = 0; i < 200; i++) map = map.put(bytes("k" + i), bytes("v" + i));
        int decoded = 0;
        for (int i = 0; i < 20_000; i++) {
            boolean present = random.nextBoolean();
            var key = bytes((present ? "k" : "absent") + random.nextInt(200));
            var proof = map.prove(key);
            assertThat(proof.provesPresence()).isEqualTo(present);
            var mutated = proof.encode();
            mutated[random.nextInt(mutated.length)] ^= (byte) (1 << random.nextInt(8));
            var read = StateProof.decode(mutated);
            if (read.isEmpty()) continue;
            decoded++;
            assertThat(read.get().encode()).isEqualTo(mutated);
            if (present && read.get().provesPresence()) {
                assertThat(read.get()
                                .rootFor(
                                        key,
                                        StateMap.valueHash(
                                                bytes("v" + new String(key, StandardCharsets.UTF_8).substring(1)))))
                        .isNotEqualTo(map.root());
            }
            var without = read.get().rootWithout(key);
            if (present) assertThat(without).isNotEqualTo(map.root());
        }
        assertThat(decoded).isPositive();
    }

    @Test
    void a_proof_of_presence_holds_for_its_value_only() {
        var map = StateMap.EMPTY.put(bytes("a"), bytes("1")).put(bytes("b"), bytes("2"));
        var proof = map.prove(bytes("a"));
        assertThat(proof.rootFor(bytes("a"), StateMap.valueHash(bytes("1")))).isEqualTo(map.root());
        assertThat(proof.rootFor(bytes("a"), StateMap.valueHash(bytes("2")))).isNotEqualTo(map.root());
        assertThat(proof.rootFor(bytes("b"), StateMap.valueHash(bytes("2")))).isNotEqualTo(map.root());
    }

    @Test
    void a_map_of_200_000_entries_is_built_changed_and_proved() {
        var map = StateMap.EMPTY;
        for (int i = 0; i < 200_000; i++) map = map.put(bytes("device/" + i), bytes("value"));
        var before = map.root();
        var changed = map.put(bytes("device/77"), bytes("other"));
        assertThat(changed.root()).isNotEqualTo(before);
        assertThat(map.root()).isEqualTo(before);
        var proof = changed.prove(bytes("device/77"));
        assertThat(proof.depth()).isBetween(10, 60);
        assertThat(proof.rootFor(bytes("device/77"), StateMap.valueHash(bytes("other"))))
                .isEqualTo(changed.root());
    }

    private static void checkProof(StateMap map, Map<String, byte[]> model, String key) {
        var proof = StateProof.decode(map.prove(bytes(key)).encode()).orElseThrow();
        var value = model.get(key);
        assertThat(proof.provesPresence()).isEqualTo(value != null);
        if (value != null) {
            assertThat(proof.rootFor(bytes(key), StateMap.valueHash(value))).isEqualTo(map.root());
            assertThat(proof.rootWithout(bytes(key))).isNull();
        } else {
            assertThat(proof.rootWithout(bytes(key))).isEqualTo(map.root());
        }
    }

    private record ModelEntry(byte[] path, byte[] valueHash) {}

    private static byte[] modelRoot(Map<String, byte[]> model) {
        var entries = new ArrayList<ModelEntry>();
        model.forEach(
                (key, value) -> entries.add(new ModelEntry(StateMap.pathOf(bytes(key)), StateMap.valueHash(value))));
        return node(entries, 0);
    }

    /// The definition: empty is zeros, one entry is its leaf, more are split by the next bit.
    private static byte[] node(List<ModelEntry> entries, int depth) {
        if (entries.isEmpty()) return new byte[32];
        if (entries.size() == 1)
            return hash(0, entries.getFirst().path(), entries.getFirst().valueHash());
        var left = new ArrayList<ModelEntry>();
        var right = new ArrayList<ModelEntry>();
        for (var entry : entries) {
            boolean bit = (entry.path()[depth / 8] >> (7 - depth % 8) & 1) == 1;
            (bit ? right : left).add(entry);
        }
        return hash(1, node(left, depth + 1), node(right, depth + 1));
    }

    private static byte[] hash(int prefix, byte[] a, byte[] b) {
        try {
            var digest = java.security.MessageDigest.getInstance("SHA-256");
            digest.update((byte) prefix);
            digest.update(a);
            return digest.digest(b);
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
