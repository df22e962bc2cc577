/// Readings as time series in the embedded analytical database.
@NullMarked
package io.thingstead.node.view.series;

import org.jspecify.annotations.NullMarked;
