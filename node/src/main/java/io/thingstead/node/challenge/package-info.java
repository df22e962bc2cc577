/// What somebody is to sign, so that an older signature does not do.
@NullMarked
package io.thingstead.node.challenge;

import org.jspecify.annotations.NullMarked;
