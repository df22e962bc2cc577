/// RFC 9162 trees, the authenticated state map, checkpoints and signed notes.
@NullMarked
package io.thingstead.kit.merkle;

import org.jspecify.annotations.NullMarked;
