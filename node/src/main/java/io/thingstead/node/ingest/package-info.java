/// From bytes on a transport to a submission for the log: who is it, is it true, is it in order.
@NullMarked
package io.thingstead.node.ingest;

import org.jspecify.annotations.NullMarked;
