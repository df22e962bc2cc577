package io.thingstead.node.people;

/// The address under which somebody has the pages open.
///
/// @param origin scheme, name and port
/// @param rpId the name, to which passkeys are bound
public record Site(String origin, String rpId) {
    public boolean isSecure() {
        return origin.startsWith("https:");
    }
}
