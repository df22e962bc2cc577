/// Devices over MQTT 3.1.1 and 5.
@NullMarked
package io.thingstead.node.ingest.mqtt;

import org.jspecify.annotations.NullMarked;
