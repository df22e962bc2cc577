/// Copies of what a member cannot make again: made while its node runs or rests, verified, and put back into an empty
/// folder so that nothing contradicts what was signed after the copy.
@NullMarked
package io.thingstead.node.backup;

import org.jspecify.annotations.NullMarked;
