package io.thingstead.node.tls;

import io.thingstead.kit.crypto.Algorithm;
import io.thingstead.kit.crypto.SigningKey;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DERGeneralizedTime;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x509.TBSCertificate;
import org.bouncycastle.asn1.x509.Time;
import org.bouncycastle.asn1.x509.V3TBSCertificateGenerator;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;

/// A certificate that a key signs for itself (RFC 5280): it vouches for nothing, and is trusted by who knows it.
///
/// @param begins and `ends`: `YYYYMMDDhhmmssZ`
/// @param hosts names and addresses that it is for; none: it is about the key alone
public record SelfSigned(String name, long serial, String begins, String ends, List<String> hosts) {
    /// RFC 8410 §3.
    private static final ASN1ObjectIdentifier ED25519 = new ASN1ObjectIdentifier("1.3.101.112");

    private static final String ADDRESS = "[0-9]{1,3}(\\.[0-9]{1,3}){3}|.*:.*";

    public SelfSigned {
        hosts = List.copyOf(hosts);
    }

    /// The certificate with the key.
    public Credential by(SigningKey key) {
        try {
            var certificate = (X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(encode(key)));
            return new Credential(secret(key), List.of(certificate));
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("the TLS key cannot be used", e);
        }
    }

    static PrivateKey secret(SigningKey key) throws GeneralSecurityException {
        String kind = key.key().algorithm() == Algorithm.ED25519 ? "Ed25519" : "EC";
        return KeyFactory.getInstance(kind).generatePrivate(new PKCS8EncodedKeySpec(key.pkcs8()));
    }

    private byte[] encode(SigningKey key) throws IOException {
        AlgorithmIdentifier algorithm = new AlgorithmIdentifier(
                key.key().algorithm() == Algorithm.ED25519 ? ED25519 : X9ObjectIdentifiers.ecdsa_with_SHA256);
        X500Name subject = new X500Name("CN=" + name);
        var contents = new V3TBSCertificateGenerator();
        contents.setSerialNumber(new ASN1Integer(serial));
        contents.setIssuer(subject);
        contents.setSubject(subject);
        contents.setStartDate(new Time(new DERGeneralizedTime(begins)));
        contents.setEndDate(new Time(new DERGeneralizedTime(ends)));
        contents.setSubjectPublicKeyInfo(
                SubjectPublicKeyInfo.getInstance(key.key().subjectPublicKeyInfo()));
        contents.setSignature(algorithm);
        if (!hosts.isEmpty()) contents.setExtensions(new Extensions(alternatives()));
        TBSCertificate unsigned = contents.generateTBSCertificate();
        byte[] signature = inDer(key, key.sign(unsigned.getEncoded("DER")));
        return new DERSequence(new ASN1Encodable[] {unsigned, algorithm, new DERBitString(signature)})
                .getEncoded("DER");
    }

    private Extension alternatives() throws IOException {
        var names = new ArrayList<GeneralName>();
        for (String host : hosts)
            names.add(new GeneralName(host.matches(ADDRESS) ? GeneralName.iPAddress : GeneralName.dNSName, host));
        return new Extension(
                Extension.subjectAlternativeName,
                false,
                new GeneralNames(names.toArray(GeneralName[]::new)).getEncoded("DER"));
    }

    /// ECDSA signatures are a sequence of two integers in certificates (RFC 5480 appendix A).
    private static byte[] inDer(SigningKey key, byte[] signature) throws IOException {
        if (key.key().algorithm() == Algorithm.ED25519) {
            return signature;
        }
        return new DERSequence(new ASN1Encodable[] {
                    new ASN1Integer(new BigInteger(1, Arrays.copyOf(signature, 32))),
                    new ASN1Integer(new BigInteger(1, Arrays.copyOfRange(signature, 32, 64)))
                })
                .getEncoded("DER");
    }
}
