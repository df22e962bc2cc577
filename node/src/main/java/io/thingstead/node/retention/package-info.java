/// How long contents are kept: rules by device, and the removal of what is older, to its last byte.
@NullMarked
package io.thingstead.node.retention;

import org.jspecify.annotations.NullMarked;
