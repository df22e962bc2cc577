package io.thingstead.node.tls;

import io.thingstead.kit.crypto.Sha256;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.HexFormat;
import java.util.List;

/// A certificate with the key that it is about, and the certificates that lead from it to a root.
public record Credential(PrivateKey key, List<X509Certificate> chain) {
    private static final byte[] ANYTHING = {1};

    public Credential {
        chain = List.copyOf(chain);
    }

    public X509Certificate certificate() {
        return chain.getFirst();
    }

    /// SHA-256 of the certificate, as browsers and `openssl x509 -fingerprint -sha256` show it.
    public String fingerprint() {
        return fingerprint(certificate());
    }

    static String fingerprint(X509Certificate certificate) {
        try {
            return HexFormat.ofDelimiter(":").withUpperCase().formatHex(Sha256.of(certificate.getEncoded()));
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException("a certificate that was read has no encoding", e);
        }
    }

    /// Whether the key is the one that the certificate is about: signed with the one, verified with the other.
    boolean fits() throws GeneralSecurityException {
        String algorithm = switch (key.getAlgorithm()) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            default -> key.getAlgorithm();
        };
        if (!key.getAlgorithm().equals(certificate().getPublicKey().getAlgorithm())
                && !key.getAlgorithm().startsWith("Ed")) return false;
        var signer = Signature.getInstance(algorithm);
        signer.initSign(key);
        signer.update(ANYTHING);
        var verifier = Signature.getInstance(algorithm);
        verifier.initVerify(certificate().getPublicKey());
        verifier.update(ANYTHING);
        return verifier.verify(signer.sign());
    }
}
