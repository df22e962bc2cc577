/// What a transaction can ask of the ledger, one file per action.
@NullMarked
package io.thingstead.node.ledger.action;

import org.jspecify.annotations.NullMarked;
