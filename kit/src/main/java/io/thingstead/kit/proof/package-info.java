/// Proof and trust files, certificates, and the verifier that anyone can run offline.
@NullMarked
package io.thingstead.kit.proof;

import org.jspecify.annotations.NullMarked;
