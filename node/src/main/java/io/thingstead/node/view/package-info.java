/// Projections of log and ledger; always rebuildable.
@NullMarked
package io.thingstead.node.view;

import org.jspecify.annotations.NullMarked;
