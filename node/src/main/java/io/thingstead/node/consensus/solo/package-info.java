/// The embedded engine of a single member.
@NullMarked
package io.thingstead.node.consensus.solo;

import org.jspecify.annotations.NullMarked;
