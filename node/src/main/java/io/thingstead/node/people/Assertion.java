package io.thingstead.node.people;

/// What a browser answers when it was asked to prove a passkey (WebAuthn §5.2.2).
///
/// @param id of the passkey, base64url
/// @param userHandle the id of its person
public record Assertion(
        String id, byte[] clientDataJson, byte[] authenticatorData, byte[] signature, byte[] userHandle) {}
