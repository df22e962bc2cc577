/// Contracts on the ledger: drafted, signed by all, running by themselves, ended; what is shown to them is checked
/// here.
@NullMarked
package io.thingstead.node.ledger.contract;

import org.jspecify.annotations.NullMarked;
