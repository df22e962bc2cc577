package io.thingstead.node.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.sec.ECPrivateKey;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;

/// Certificates and private keys in PEM (RFC 7468), as authorities and their programs hand them out.
final class Pem {
    private static final int MAX_BYTES = 128 * 1024;
    private static final int MAX_CERTIFICATES = 10;
    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]{1,40})-----\\s([A-Za-z0-9+/=\\s]{1,100000})-----END \\1-----");

    private Pem() {}

    private record Block(String label, byte[] bytes) {}

    /// All certificates of a file, in their order.
    static List<X509Certificate> certificates(Path file) {
        var found = new ArrayList<X509Certificate>();
        for (Block block : blocks(file)) {
            if (!block.label.equals("CERTIFICATE")) continue;
            try {
                found.add((X509Certificate) CertificateFactory.getInstance("X.509")
                        .generateCertificate(new ByteArrayInputStream(block.bytes)));
            } catch (GeneralSecurityException e) {
                throw new TlsException(file + " holds a certificate that cannot be read: " + e.getMessage(), e);
            }
        }
        if (found.isEmpty()) throw new TlsException(file + " holds no certificate in PEM");
        if (found.size() > MAX_CERTIFICATES) throw new TlsException(file + " holds more than 10 certificates");
        return found;
    }

    /// The one private key of a file.
    static PrivateKey key(Path file) {
        List<Block> keys = blocks(file).stream()
                .filter(block -> block.label.endsWith("PRIVATE KEY"))
                .toList();
        if (keys.size() != 1) throw new TlsException(file + " holds " + keys.size() + " private keys in PEM, not one");
        Block block = keys.getFirst();
        try {
            PrivateKeyInfo info = switch (block.label) {
                case "PRIVATE KEY" -> PrivateKeyInfo.getInstance(block.bytes);
                case "RSA PRIVATE KEY" ->
                    new PrivateKeyInfo(
                            new AlgorithmIdentifier(PKCSObjectIdentifiers.rsaEncryption, DERNull.INSTANCE),
                            ASN1Primitive.fromByteArray(block.bytes));
                case "EC PRIVATE KEY" -> {
                    var key = ECPrivateKey.getInstance(block.bytes);
                    yield new PrivateKeyInfo(
                            new AlgorithmIdentifier(X9ObjectIdentifiers.id_ecPublicKey, key.getParametersObject()),
                            key);
                }
                default ->
                    throw new TlsException(
                            file + " holds an encrypted key: keep it without a password, readable by the node alone");
            };
            return KeyFactory.getInstance(kind(file, info)).generatePrivate(new PKCS8EncodedKeySpec(info.getEncoded()));
        } catch (GeneralSecurityException | IOException | IllegalArgumentException | NullPointerException e) {
            throw new TlsException(file + " holds a private key that cannot be read", e);
        }
    }

    private static String kind(Path file, PrivateKeyInfo info) {
        String id = info.getPrivateKeyAlgorithm().getAlgorithm().getId();
        return switch (id) {
            case "1.2.840.113549.1.1.1" -> "RSA";
            case "1.2.840.10045.2.1" -> "EC";
            case "1.3.101.112", "1.3.101.113" -> "EdDSA";
            default -> throw new TlsException(file + " holds a key of a kind that is not RSA, EC or EdDSA: " + id);
        };
    }

    private static List<Block> blocks(Path file) {
        byte[] bytes;
        try (InputStream in = Files.newInputStream(file)) {
            bytes = in.readNBytes(MAX_BYTES + 1);
        } catch (IOException e) {
            throw new TlsException("cannot read " + file + ": " + e, e);
        }
        if (bytes.length > MAX_BYTES) throw new TlsException(file + " is larger than any certificate or key");
        var blocks = new ArrayList<Block>();
        Matcher match = BLOCK.matcher(new String(bytes, StandardCharsets.ISO_8859_1));
        while (match.find()) {
            try {
                blocks.add(new Block(
                        match.group(1),
                        Base64.getDecoder().decode(match.group(2).replaceAll("\\s", ""))));
            } catch (IllegalArgumentException e) {
                throw new TlsException(file + " holds a block that is not base64", e);
            }
        }
        return blocks;
    }
}
