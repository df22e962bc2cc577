/// What members ask of each other, over mutually authenticated connections: each side proves the TLS key that the
/// ledger knows of it.
@NullMarked
package io.thingstead.node.exchange;

import org.jspecify.annotations.NullMarked;
