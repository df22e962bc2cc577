package io.thingstead.node.log;

import java.util.List;

/// The right edge of the log's tree at one size: the tile that is growing at each tile level, level 0 first, and the
/// commitments of the growing level 0 tile. The tiles may have grown since; a reader stays below `size`.
record TreeEdge(long size, List<TileNodes> tiles, byte[] commitments) {}
