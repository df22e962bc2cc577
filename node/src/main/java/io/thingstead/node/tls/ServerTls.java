package io.thingstead.node.tls;

import java.security.GeneralSecurityException;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;

/// TLS as a listener speaks it: version 1.3, and 1.2 where that was asked for, with ciphers that encrypt and
/// authenticate in one, and a fresh key for each connection.
public final class ServerTls {
    private static final String[] CIPHERS_13 = {
        "TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256"
    };
    private static final String[] CIPHERS_12 = {
        "TLS_AES_128_GCM_SHA256",
        "TLS_AES_256_GCM_SHA384",
        "TLS_CHACHA20_POLY1305_SHA256",
        "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
        "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
        "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
        "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
        "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
        "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256"
    };

    private final LiveCertificate certificate;
    private final TlsSettings settings;
    private final SSLContext context;

    public ServerTls(LiveCertificate certificate, TlsSettings settings) {
        this.certificate = certificate;
        this.settings = settings;
        try {
            context = SSLContext.getInstance("TLS");
            context.init(new KeyManager[] {new OwnKey(certificate::now)}, null, null);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java does not speak TLS", e);
        }
    }

    public LiveCertificate certificate() {
        return certificate;
    }

    public SSLContext context() {
        return context;
    }

    public String[] versions() {
        return settings.versions();
    }

    public String[] ciphers() {
        return settings.allows12() ? CIPHERS_12.clone() : CIPHERS_13.clone();
    }

    /// The server's side of one connection.
    public SSLEngine engine() {
        SSLEngine engine = context.createSSLEngine();
        engine.setUseClientMode(false);
        engine.setEnabledProtocols(versions());
        engine.setEnabledCipherSuites(ciphers());
        return engine;
    }
}
