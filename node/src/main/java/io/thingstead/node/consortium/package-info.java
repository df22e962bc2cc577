/// How several members come to share a ledger: the documents they hand each other, none of which holds a secret, and
/// what each does with them on its own machine.
@NullMarked
package io.thingstead.node.consortium;

import org.jspecify.annotations.NullMarked;
