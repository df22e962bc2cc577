/// Mirrors: this member follows the logs of the others, keeps their trees, says what it holds, and shows the ledger
/// when one of them cheats.
@NullMarked
package io.thingstead.node.mirror;

import org.jspecify.annotations.NullMarked;
