/// Money on the ledger: assets, balances, holds, standing limits, payment channels, and the timers that act by
/// themselves.
@NullMarked
package io.thingstead.node.ledger.money;

import org.jspecify.annotations.NullMarked;
