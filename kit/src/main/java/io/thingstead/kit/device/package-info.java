/// A Java device's side: build, sign, buffer and send frames, take receipts.
@NullMarked
package io.thingstead.kit.device;

import org.jspecify.annotations.NullMarked;
