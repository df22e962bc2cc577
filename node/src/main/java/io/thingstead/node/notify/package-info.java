/// Telling people and programs of alarms: what waits to be told, and the channels that tell it.
@NullMarked
package io.thingstead.node.notify;

import org.jspecify.annotations.NullMarked;
