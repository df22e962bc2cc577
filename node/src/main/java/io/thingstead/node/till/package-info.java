/// What the member is paid by vouchers of payment channels: kept before anything is given for it, and collected on the
/// ledger before it would be lost.
@NullMarked
package io.thingstead.node.till;

import org.jspecify.annotations.NullMarked;
