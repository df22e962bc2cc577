package io.thingstead.node.consensus.comet;

/// Answers what the engine asks to be signed in the member's name.
interface Votes {
    byte[] publicKey();

    EngineSigner.Answer sign(SignRequest request);
}
