package io.thingstead.kit.merkle;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The public vectors of inclusion and consistency proofs, and the reference tree.
class MerkleVectorsTest {
    @Test
    void every_inclusion_vector_gets_its_verdict() {
        int accepted = 0;
        var files = Vectors.files(Vectors.folder("merkle-proofs").resolve("inclusion"), ".json");
        for (var file : files) {
            var it = Vectors.json(file);
            boolean verified = MerkleVerifier.verifyInclusion(
                    base64(it.get("leafHash")),
                    unsigned(it.get("leafIdx")),
                    unsigned(it.get("treeSize")),
                    path(it),
                    base64(it.get("root")));
            assertThat(verified)
                    .as("%s: %s", file, it.get("desc"))
                    .isEqualTo(!it.get("wantErr").asBoolean());
            if (verified) accepted++;
        }
        System.out.printf("merkle-proofs/inclusion: %d vectors, %d accepted%n", files.size(), accepted);
        assertThat(files).hasSize(63);
        assertThat(accepted).isPositive();
    }

    @Test
    void every_consistency_vector_gets_its_verdict() {
        int accepted = 0;
        var files = Vectors.files(Vectors.folder("merkle-proofs").resolve("consistency"), ".json");
        for (var file : files) {
            var it = Vectors.json(file);
            boolean verified = MerkleVerifier.verifyConsistency(
                    unsigned(it.get("size1")),
                    unsigned(it.get("size2")),
                    base64(it.get("root1")),
                    base64(it.get("root2")),
                    path(it));
            assertThat(verified)
                    .as("%s: %s", file, it.get("desc"))
                    .isEqualTo(!it.get("wantErr").asBoolean());
            if (verified) accepted++;
        }
        System.out.printf("merkle-proofs/consistency: %d vectors, %d accepted%n", files.size(), accepted);
        assertThat(files).hasSize(64);
        assertThat(accepted).isPositive();
    }

    @Test
    void the_reference_tree_is_computed() {
        var reference = Vectors.json(Vectors.folder("merkle-proofs").resolve("reference-tree.json"));
        var tree = new MemoryTree();
        var roots = new ArrayList<String>();
        roots.add(hex(tree.frontier.root()));
        for (var leaf : reference.get("leafInputsHex")) {
            tree.append(HexFormat.of().parseHex(leaf.asText()));
            roots.add(hex(tree.frontier.root()));
            assertThat(MerkleTree.root(tree, tree.size())).isEqualTo(tree.frontier.root());
        }
        var wanted = new ArrayList<String>();
        reference.get("rootHashesHexByTreeSize").forEach(root -> wanted.add(root.asText()));
        assertThat(roots).isEqualTo(wanted);

        var levels = reference.get("nodeHashesHexByLevel");
        int nodes = 0;
        for (int level = 0; level < levels.size(); level++) {
            for (int index = 0; index < levels.get(level).size(); index++, nodes++) {
                assertThat(hex(tree.hash(level, index)))
                        .isEqualTo(levels.get(level).get(index).asText());
            }
        }
        System.out.printf("merkle-proofs/reference-tree: %d roots, %d nodes%n", wanted.size(), nodes);
    }

    private static long unsigned(JsonNode number) {
        return Long.parseUnsignedLong(number.asText());
    }

    private static byte[] base64(JsonNode text) {
        return text.isNull() ? new byte[0] : Base64.getDecoder().decode(text.asText());
    }

    private static List<byte[]> path(JsonNode vector) {
        var path = new ArrayList<byte[]>();
        vector.get("proof").forEach(hash -> path.add(base64(hash)));
        return path;
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }
}
