package io.thingstead.node.api;

import java.util.Optional;

/// Whether people have to sign in, and where they do.
///
/// @param isOpen this machine may all without signing in: its listener is reached from nowhere else
/// @param address under which people reach the node, where it is not the one that it sees: `https://name[:port]`
/// @param cookie the name of the cookie; nodes on one machine share a browser's cookies
public record SignInRules(boolean isOpen, Optional<String> address, String cookie) {}
