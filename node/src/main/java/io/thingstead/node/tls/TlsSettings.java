package io.thingstead.node.tls;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// How the listeners for people and devices speak TLS.
///
/// @param own a certificate with its key that people keep; null: one is generated
/// @param hosts what a generated certificate is for: names and addresses
/// @param allows12 whether TLS 1.2 is spoken, too, with those who know no newer one
public record TlsSettings(@Nullable Own own, List<String> hosts, boolean allows12) {
    public TlsSettings {
        hosts = List.copyOf(hosts);
    }

    /// Files in PEM.
    ///
    /// @param certificates the listener's own first, then those that lead to a root
    public record Own(Path certificates, Path key) {}

    String[] versions() {
        return allows12 ? new String[] {"TLSv1.3", "TLSv1.2"} : new String[] {"TLSv1.3"};
    }
}
