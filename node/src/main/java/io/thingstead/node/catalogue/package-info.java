/// The devices of all members in one catalogue, each as a W3C WoT Thing Description: a member's own as it sees them,
/// those of others as far as the ledger and grants tell.
@NullMarked
package io.thingstead.node.catalogue;

import org.jspecify.annotations.NullMarked;
