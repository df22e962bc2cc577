/// Commands to the member's own devices: issued into the log, handed over, answered.
@NullMarked
package io.thingstead.node.command;

import org.jspecify.annotations.NullMarked;
