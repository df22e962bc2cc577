package io.thingstead.node.exchange;

import io.thingstead.node.tls.Credential;
import io.thingstead.node.tls.OwnKey;
import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;

/// TLS between members: version 1.3 alone, both sides show their certificate, and no session is ever resumed, so that
/// each connection proves the keys that count then.
final class MemberTls {
    private static final String[] VERSIONS = {"TLSv1.3"};
    private static final String[] CIPHERS = {
        "TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256"
    };

    /// A server must not hand out tickets that live longer than 7 days (RFC 8446 §4.6.1): with a session's time longer
    /// than that, the JDK hands out none.
    private static final int TOO_LONG_FOR_TICKETS_S = 604_801;

    private final SSLContext context;

    MemberTls(Credential own, PinnedKeys pinned) {
        try {
            context = SSLContext.getInstance("TLSv1.3");
            context.init(new KeyManager[] {new OwnKey(own)}, new TrustManager[] {pinned}, null);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java does not speak TLS 1.3", e);
        }
        context.getServerSessionContext().setSessionTimeout(TOO_LONG_FOR_TICKETS_S);
    }

    /// Shakes hands as the one who was called.
    SSLSocket called(Socket raw) throws IOException {
        SSLSocket socket = over(raw);
        socket.setUseClientMode(false);
        socket.setNeedClientAuth(true);
        socket.startHandshake();
        return socket;
    }

    /// Shakes hands as the one who calls.
    SSLSocket calling(Socket raw) throws IOException {
        SSLSocket socket = over(raw);
        socket.setUseClientMode(true);
        socket.startHandshake();
        return socket;
    }

    private SSLSocket over(Socket raw) throws IOException {
        var socket = (SSLSocket) context.getSocketFactory()
                .createSocket(raw, raw.getInetAddress().getHostAddress(), raw.getPort(), true);
        socket.setEnabledProtocols(VERSIONS);
        socket.setEnabledCipherSuites(CIPHERS);
        return socket;
    }

    /// The certificate that the other side proved the key of.
    static X509Certificate peer(SSLSocket socket) throws SSLPeerUnverifiedException {
        return (X509Certificate) socket.getSession().getPeerCertificates()[0];
    }
}
