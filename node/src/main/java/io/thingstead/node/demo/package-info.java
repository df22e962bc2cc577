/// A fleet of simulated devices, and one real one: the machine it runs on.
@NullMarked
package io.thingstead.node.demo;

import org.jspecify.annotations.NullMarked;
