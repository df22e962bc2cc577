/// Trust in the members that vote: its history as far as this node knows it, what it gives verifiers and other members
/// of it, and what it asks other members for.
@NullMarked
package io.thingstead.node.trust;

import org.jspecify.annotations.NullMarked;
