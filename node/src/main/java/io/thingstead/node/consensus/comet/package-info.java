/// The engine of several members: CometBFT as a child process, driven over ABCI 2.0 (CometBFT v0.38) and signed for
/// over its remote signer protocol, both on Unix sockets of this machine.
@NullMarked
package io.thingstead.node.consensus.comet;

import org.jspecify.annotations.NullMarked;
