/// The commands of the program.
@NullMarked
package io.thingstead.node.cli;

import org.jspecify.annotations.NullMarked;
