package io.thingstead.kit.merkle;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Tile paths in their one canonical form.
class TilePathTest {
    @Test
    void paths_are_written_as_tlog_tiles_says() {
        assertThat(TilePath.hashes(0, 0, 256).format()).isEqualTo("tile/0/000");
        assertThat(TilePath.hashes(1, 1_234_067, 256).format()).isEqualTo("tile/1/x001/x234/067");
        assertThat(TilePath.hashes(3, 1_000, 7).format()).isEqualTo("tile/3/x001/000.p/7");
        assertThat(TilePath.entries(999, 255).format()).isEqualTo("tile/entries/999.p/255");
    }

    @ParameterizedTest
    @ValueSource(strings = {"tile/0/000", "tile/63/x001/x234/067", "tile/5/x001/000.p/1", "tile/entries/999.p/255"})
    void canonical_paths_come_back(String path) {
        assertThat(TilePath.parse(path)).map(TilePath::format).contains(path);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "tile/0/0",
                "tile/00/000",
                "tile/64/000",
                "tile/-1/000",
                "tile/0/000.p/0",
                "tile/0/000.p/256",
                "tile/0/000.p/01",
                "tile/0/x000/001",
                "tile/0/001/000",
                "tile/0/x001",
                "tile/0/000/",
                "/tile/0/000",
                "tile/entry/000",
                "tile/0/x001/x001/x001/x001/x001/x001/000",
                "tile/0/../000",
                "tile/0/٠٠٠"
            })
    void other_paths_are_refused(String path) {
        assertThat(TilePath.parse(path)).isEmpty();
    }
}
