/// The wiring: the one package that knows all others.
@NullMarked
package io.thingstead.node;

import org.jspecify.annotations.NullMarked;
