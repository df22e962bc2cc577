/// The one durable store of a node: columns of keys and values, changed by atomic, synced batches.
/// What stands here was acknowledged; everything else in the data folder can be made again from it.
@NullMarked
package io.thingstead.node.storage;

import org.jspecify.annotations.NullMarked;
