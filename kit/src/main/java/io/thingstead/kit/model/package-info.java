/// Identifiers, readings, trust levels and refusal codes: the words every other package speaks.
@NullMarked
package io.thingstead.kit.model;

import org.jspecify.annotations.NullMarked;
