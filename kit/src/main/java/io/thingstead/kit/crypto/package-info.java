/// Keys, the one signature predicate, COSE_Sign1 and deterministic CBOR.
@NullMarked
package io.thingstead.kit.crypto;

import org.jspecify.annotations.NullMarked;
