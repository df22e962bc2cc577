/// Measurements, as ratios within one run.
@NullMarked
package io.thingstead.bench;

import org.jspecify.annotations.NullMarked;
