/// Devices over HTTP.
@NullMarked
package io.thingstead.node.ingest.http;

import org.jspecify.annotations.NullMarked;
