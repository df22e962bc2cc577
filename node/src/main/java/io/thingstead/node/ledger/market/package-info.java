/// The market on the ledger: offers of services, contracts that take them, and what is known of who offered from
/// contracts that were settled.
@NullMarked
package io.thingstead.node.ledger.market;

import org.jspecify.annotations.NullMarked;
