package io.thingstead.node.exchange;

import io.thingstead.kit.crypto.VerifyingKey;
import io.thingstead.kit.model.KeyRole;
import io.thingstead.kit.model.MemberId;
import io.thingstead.node.ledger.KeyRecord;
import io.thingstead.node.ledger.LedgerReader;
import io.thingstead.node.ledger.MemberRecord;
import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Optional;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/// Trusts of a certificate its public key only, and that only while the ledger knows it as the TLS key of a member that
/// is not removed. Who was removed may still call with the key that it had then, to be told so.
final class PinnedKeys extends X509ExtendedTrustManager {
    private final LedgerReader ledger;

    PinnedKeys(LedgerReader ledger) {
        this.ledger = ledger;
    }

    /// The member whose key it is now.
    Optional<MemberId> memberOf(X509Certificate certificate) {
        return VerifyingKey.ofSubjectPublicKeyInfo(certificate.getPublicKey().getEncoded())
                .map(key -> ledger.key(key.thumbprint()))
                .filter(KeyRecord::inForce)
                .filter(record -> record.role() == KeyRole.TLS)
                .map(KeyRecord::member)
                .filter(member -> !ledger.isRemoved(member));
    }

    /// The member that was removed and had this key then.
    Optional<MemberId> removedOf(X509Certificate certificate) {
        return VerifyingKey.ofSubjectPublicKeyInfo(certificate.getPublicKey().getEncoded())
                .map(key -> ledger.key(key.thumbprint()))
                .filter(record -> record.role() == KeyRole.TLS)
                .map(KeyRecord::member)
                .filter(ledger::isRemoved)
                .filter(member -> isNewestOf(member, certificate));
    }

    private boolean isNewestOf(MemberId member, X509Certificate certificate) {
        MemberRecord record = ledger.member(member);
        return record != null
                && record.key(KeyRole.TLS)
                        .equals(VerifyingKey.ofSubjectPublicKeyInfo(
                                        certificate.getPublicKey().getEncoded())
                                .map(VerifyingKey::thumbprint));
    }

    boolean isKeyOf(MemberId member, X509Certificate certificate) {
        return memberOf(certificate).filter(member::equals).isPresent();
    }

    private void requireMember(X509Certificate[] chain) throws CertificateException {
        if (chain.length != 1 || memberOf(chain[0]).isEmpty()) {
            throw new CertificateException("not the TLS key of a member");
        }
    }

    private void requireCaller(X509Certificate[] chain) throws CertificateException {
        if (chain.length != 1 || removedOf(chain[0]).isEmpty()) {
            requireMember(chain);
        }
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String kind, Socket socket) throws CertificateException {
        requireCaller(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String kind, Socket socket) throws CertificateException {
        requireMember(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String kind, SSLEngine engine) throws CertificateException {
        requireCaller(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String kind, SSLEngine engine) throws CertificateException {
        requireMember(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String kind) throws CertificateException {
        requireCaller(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String kind) throws CertificateException {
        requireMember(chain);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return new X509Certificate[0];
    }
}
