/// Data folders of older versions: brought to this program's version step by step, with a copy of what was there kept,
/// and back again.
@NullMarked
package io.thingstead.node.upgrade;

import org.jspecify.annotations.NullMarked;
