/// A member's append-only log of frames: one thread owns its order, every leaf is a salted commitment, every
/// acknowledged frame is durable, and signed checkpoints say what the log holds.
@NullMarked
package io.thingstead.node.log;

import org.jspecify.annotations.NullMarked;
