/// Measurements of the engine alone. They stand in the engine's package because the node keeps these parts to itself.
@NullMarked
package io.thingstead.node.consensus.comet;

import org.jspecify.annotations.NullMarked;
