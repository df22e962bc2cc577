package io.thingstead.node.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.thingstead.kit.merkle.MerkleTree;
import io.thingstead.kit.merkle.MerkleVerifier;
import io.thingstead.kit.merkle.TileHashes;
import io.thingstead.kit.merkle.TilePath;
import io.thingstead.node.storage.Column;
import io.thingstead.node.storage.MemoryStore;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// The served files against what anybody computes from the leaves alone.
class LogTilesTest {
    private final MemoryStore.Disk disk = new MemoryStore.Disk();
    private TestLog log = TestLog.started(new MemoryStore(disk));
    private long next = 1;

    @AfterEach
    void closeLog() {
        log.close();
    }

    private void grow(int count) {
        for (int left = count; left > 0; left -= 8192) {
            log.submit(Contents.numbered(next, Math.min(left, 8192)));
            next += Math.min(left, 8192);
        }
    }

    private void reopen() {
        log.close();
        log = TestLog.started(new MemoryStore(disk));
    }

    @Test
    void a_log_reopened_at_any_size_around_a_tile_goes_on_with_the_same_tree() {
        grow(254);
        for (int i = 0; i < 6; i++) {
            var root = log.reader().rootAt(next - 1);
            reopen();
            assertThat(log.reader().size()).isEqualTo(next - 1);
            assertThat(log.reader().rootAt(next - 1)).isEqualTo(root).isEqualTo(root(leafHashes()));
            grow(1);
        }
        assertThat(log.check().problems()).isEmpty();
    }

    @Test
    void a_log_of_many_tiles_serves_what_its_leaves_commit_to() {
        grow(65_536 + 256 + 300);
        checkTree();
        reopen();
        checkTree();
        grow(300);
        checkTree();
        assertThat(log.check().problems()).isEmpty();
        assertThat(log.check().size()).isEqualTo(66_392);
    }

    private void checkTree() {
        var leaves = leafHashes();
        long size = leaves.size();
        var tiles = new LogTiles(log.reader());
        var served = new TileHashes(
                size,
                path -> tiles.resource(path.format())
                        .orElseThrow(() -> new AssertionError("not served: " + path.format()))
                        .bytes());
        assertThat(log.reader().size()).isEqualTo(size);
        assertThat(MerkleTree.root(served, size)).isEqualTo(root(leaves));
        assertThat(log.reader().rootAt(size)).isEqualTo(root(leaves));

        long seed = new Random().nextLong();
        System.out.println("seed " + seed);
        var random = new Random(seed);
        for (int i = 0; i < 200; i++) {
            long to = 1 + random.nextLong(size);
            long index = random.nextLong(to);
            var root = log.reader().rootAt(to);
            assertThat(MerkleTree.inclusionProof(served, index, to))
                    .usingElementComparator(java.util.Arrays::compare)
                    .isEqualTo(log.reader().inclusionProof(index, to));
            assertThat(MerkleVerifier.verifyInclusion(
                            leaves.get((int) index), index, to, log.reader().inclusionProof(index, to), root))
                    .isTrue();
            long from = 1 + random.nextLong(to);
            assertThat(MerkleVerifier.verifyConsistency(
                            from,
                            to,
                            log.reader().rootAt(from),
                            root,
                            log.reader().consistencyProof(from, to)))
                    .isTrue();
        }
    }

    @Test
    void bundles_hold_each_entry_behind_its_length() {
        grow(300);
        var tiles = new LogTiles(log.reader());

        var full =
                ByteBuffer.wrap(tiles.resource("tile/entries/000").orElseThrow().bytes());
        var partial = ByteBuffer.wrap(
                tiles.resource("tile/entries/001.p/44").orElseThrow().bytes());

        for (int i = 0; i < 300; i++) {
            var bundle = i < 256 ? full : partial;
            assertThat(bundle.getShort()).isEqualTo((short) 33);
            var entry = new byte[33];
            bundle.get(entry);
            assertThat(entry).isEqualTo(log.reader().leaf(i).orElseThrow().entry());
        }
        assertThat(full.hasRemaining()).isFalse();
        assertThat(partial.hasRemaining()).isFalse();
    }

    @Test
    void what_the_log_does_not_have_is_not_served() {
        grow(300);
        var tiles = new LogTiles(log.reader());

        for (var path :
                List.of("tile/0/000", "tile/0/001.p/1", "tile/0/001.p/44", "tile/1/000.p/1", "tile/entries/001.p/7"))
            assertThat(tiles.resource(path)).as(path).isPresent();
        for (var path : List.of(
                "tile/0/001",
                "tile/0/001.p/45",
                "tile/0/002.p/1",
                "tile/1/000",
                "tile/1/000.p/2",
                "tile/2/000.p/1",
                "tile/7/000.p/1",
                "tile/8/000.p/1",
                "tile/63/000.p/1",
                "tile/0/x001/000",
                "tile/0/x999/x999/x999/999",
                "tile/entries/001",
                "tile/entries/002.p/1",
                "tile/0/1",
                "tile/0/000.p/0",
                "tile/0/000.p/256",
                "checkpoint/",
                "/checkpoint",
                "",
                "tile/0/../0/000",
                "tile/-1/000")) assertThat(tiles.resource(path)).as(path).isEmpty();
    }

    @Test
    void a_partial_tile_is_the_beginning_of_the_full_one() {
        grow(40);
        var tiles = new LogTiles(log.reader());
        var partial = tiles.resource("tile/0/000.p/40").orElseThrow().bytes();
        grow(300);

        var full = tiles.resource("tile/0/000").orElseThrow().bytes();

        assertThat(full).startsWith(partial).hasSize(8192);
        assertThat(tiles.resource("tile/0/000.p/40").orElseThrow().bytes()).isEqualTo(partial);
    }

    @Test
    void the_checkpoint_is_served_as_text_that_changes_and_tiles_as_bytes_that_do_not() {
        grow(256);
        log.close();
        var tiles = new LogTiles(log.reader());

        var checkpoint = tiles.resource("checkpoint").orElseThrow();
        assertThat(new String(checkpoint.bytes(), StandardCharsets.UTF_8))
                .isEqualTo(log.reader().checkpoint().orElseThrow().note())
                .startsWith(TestLog.ORIGIN + "\n256\n");
        assertThat(checkpoint.immutable()).isFalse();
        assertThat(checkpoint.mediaType()).startsWith("text/plain");
        assertThat(tiles.resource(TilePath.hashes(0, 0, 256).format())
                        .orElseThrow()
                        .immutable())
                .isTrue();
    }

    @Test
    void only_full_tiles_are_kept_and_nothing_twice() {
        grow(70_000);

        try (var scan = log.store.scan(Column.TILE, new byte[0], null)) {
            int rows = 0;
            while (scan.next()) {
                assertThat(scan.value()).hasSize(8192);
                rows++;
            }
            assertThat(rows).isEqualTo(70_000 / 256 + 70_000 / 65_536);
        }
    }

    private List<byte[]> leafHashes() {
        var hashes = new ArrayList<byte[]>();
        for (long from = 0; from < log.reader().size(); from = hashes.size())
            log.reader().leaves(from, 10_000).forEach(leaf -> hashes.add(MerkleTree.leafHash(leaf.entry())));
        return hashes;
    }

    private static byte[] root(List<byte[]> leafHashes) {
        return MerkleTree.root(leafHashes);
    }
}
