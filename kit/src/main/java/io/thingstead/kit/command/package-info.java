/// What a member asks of a device, and what the device answers: both signed, both in the member's log.
@NullMarked
package io.thingstead.kit.command;

import org.jspecify.annotations.NullMarked;
