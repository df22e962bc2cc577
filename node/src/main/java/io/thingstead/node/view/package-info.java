/// Projections of log and ledger, always rebuildable, and the threads that keep them at the log's end.
@NullMarked
package io.thingstead.node.view;

import org.jspecify.annotations.NullMarked;
