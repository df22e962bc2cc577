/// The shared ledger's deterministic state machine: no clock, no I/O, no threads.
@NullMarked
package io.thingstead.node.ledger;

import org.jspecify.annotations.NullMarked;
