/// The member's own devices as a fleet: found by search and filters, sorted, counted, and where they are, out of what
/// the ledger has registered, what people call them and what they last said. Kept in memory, made again at each start.
@NullMarked
package io.thingstead.node.fleet;

import org.jspecify.annotations.NullMarked;
