/// Frames (signed envelopes of one device's readings) and SenML-CBOR.
@NullMarked
package io.thingstead.kit.frame;

import org.jspecify.annotations.NullMarked;
