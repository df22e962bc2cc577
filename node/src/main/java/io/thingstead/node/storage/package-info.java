/// The one durable store: atomic, synced batches.
@NullMarked
package io.thingstead.node.storage;

import org.jspecify.annotations.NullMarked;
