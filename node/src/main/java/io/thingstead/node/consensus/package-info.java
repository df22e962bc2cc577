/// The seam between a consensus engine and the ledger.
@NullMarked
package io.thingstead.node.consensus;

import org.jspecify.annotations.NullMarked;
