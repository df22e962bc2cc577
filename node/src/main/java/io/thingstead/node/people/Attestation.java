package io.thingstead.node.people;

/// What a browser answers when it was asked to make a passkey (WebAuthn §5.2.1).
public record Attestation(byte[] clientDataJson, byte[] attestationObject) {}
