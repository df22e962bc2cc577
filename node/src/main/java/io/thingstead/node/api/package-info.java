/// The HTTP interface: REST, live events, the log's tiles.
@NullMarked
package io.thingstead.node.api;

import org.jspecify.annotations.NullMarked;
