/// How unusual each number of a stream is, against what the stream did before.
@NullMarked
package io.thingstead.node.anomaly;

import org.jspecify.annotations.NullMarked;
