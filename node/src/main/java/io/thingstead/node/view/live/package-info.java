/// The latest reading of everything, with age, trust level and finality.
@NullMarked
package io.thingstead.node.view.live;

import org.jspecify.annotations.NullMarked;
