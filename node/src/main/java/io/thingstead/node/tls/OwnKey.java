package io.thingstead.node.tls;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.function.Supplier;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/// Presents one certificate, whoever asks and whatever for: the one that there is now. A handshake that has begun with
/// the one before ends with it.
public final class OwnKey extends X509ExtendedKeyManager {
    private final Supplier<Credential> now;
    private volatile @Nullable Credential shown;
    private volatile @Nullable Credential before;

    public OwnKey(Credential own) {
        this(() -> own);
    }

    /// @param now is asked in each handshake
    OwnKey(Supplier<Credential> now) {
        this.now = now;
    }

    private @Nullable String aliasFor(String... keyTypes) {
        Credential own = now.get();
        String kind = own.certificate().getPublicKey().getAlgorithm();
        for (String keyType : keyTypes) {
            if (keyType.equals(kind)) {
                return show(own);
            }
        }
        return null;
    }

    private synchronized String show(Credential own) {
        Credential was = shown;
        if (was != null && !was.equals(own)) {
            before = was;
        }
        shown = own;
        return alias(own);
    }

    private static String alias(Credential own) {
        return own.fingerprint();
    }

    private @Nullable Credential of(String alias) {
        for (Credential own : new @Nullable Credential[] {shown, before}) {
            if (own != null && alias(own).equals(alias)) {
                return own;
            }
        }
        return null;
    }

    @Override
    public @Nullable String chooseClientAlias(
            String[] keyTypes, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return aliasFor(keyTypes);
    }

    @Override
    public @Nullable String chooseServerAlias(String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return aliasFor(keyType);
    }

    @Override
    public @Nullable String chooseEngineClientAlias(
            String[] keyTypes, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
        return aliasFor(keyTypes);
    }

    @Override
    public @Nullable String chooseEngineServerAlias(
            String keyType, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
        return aliasFor(keyType);
    }

    @Override
    public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
        String alias = aliasFor(keyType);
        return alias == null ? null : new String[] {alias};
    }

    @Override
    public String @Nullable [] getServerAliases(String keyType, Principal @Nullable [] issuers) {
        String alias = aliasFor(keyType);
        return alias == null ? null : new String[] {alias};
    }

    @Override
    public X509Certificate @Nullable [] getCertificateChain(String alias) {
        Credential own = of(alias);
        return own == null ? null : own.chain().toArray(X509Certificate[]::new);
    }

    @Override
    public @Nullable PrivateKey getPrivateKey(String alias) {
        Credential own = of(alias);
        return own == null ? null : own.key();
    }
}
