/// A member's append-only log: sequencer, tiles, checkpoints, anchoring.
@NullMarked
package io.thingstead.node.log;

import org.jspecify.annotations.NullMarked;
