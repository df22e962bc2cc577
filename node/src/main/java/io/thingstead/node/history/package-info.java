/// What the ledger told before this member's snapshot of it: given to other members, and fetched from them.
@NullMarked
package io.thingstead.node.history;

import org.jspecify.annotations.NullMarked;
