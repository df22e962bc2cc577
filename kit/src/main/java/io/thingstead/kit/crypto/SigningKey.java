package io.thingstead.kit.crypto;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Objects;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.sec.ECPrivateKey;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.math.ec.ECPoint;
import org.bouncycastle.math.ec.rfc8032.Ed25519;

/// A private key in memory, kept as a PKCS#8 PEM file (RFC 5958, RFC 8410) that only its owner may read.
public final class SigningKey implements Signer {
    private static final byte[] ED25519_PKCS8 = HexFormat.of().parseHex("302e020100300506032b657004220420");
    private static final SecureRandom RANDOM = new SecureRandom();

    private final VerifyingKey key;
    private final byte[] pkcs8;
    private final PrivateKey prepared;
    private final SignatureProvider provider;

    private SigningKey(VerifyingKey key, byte[] pkcs8, SignatureProvider provider) {
        this.key = key;
        this.pkcs8 = pkcs8;
        this.provider = provider;
        this.prepared = provider.privateKey(key.algorithm(), pkcs8);
    }

    public static SigningKey generate(Algorithm algorithm) {
        byte[] secret = new byte[32];
        do {
            RANDOM.nextBytes(secret);
        } while (algorithm == Algorithm.ES256 && !isScalar(secret));
        return fromSecret(algorithm, secret);
    }

    /// From the 32 secret bytes: the Ed25519 seed, or the P-256 scalar.
    public static SigningKey fromSecret(Algorithm algorithm, byte[] secret) {
        return fromSecret(algorithm, secret, SignatureProvider.current());
    }

    public static SigningKey fromSecret(Algorithm algorithm, byte[] secret, SignatureProvider provider) {
        if (secret.length != 32) {
            throw new IllegalArgumentException("a secret of 32 bytes expected");
        }
        return switch (algorithm) {
            case ED25519 -> ed25519(secret, provider);
            case ES256 -> p256(secret, provider);
        };
    }

    private static SigningKey ed25519(byte[] seed, SignatureProvider provider) {
        byte[] point = new byte[32];
        Ed25519.generatePublicKey(seed, 0, point, 0);
        byte[] pkcs8 = Arrays.copyOf(ED25519_PKCS8, ED25519_PKCS8.length + 32);
        System.arraycopy(seed, 0, pkcs8, ED25519_PKCS8.length, 32);
        return new SigningKey(VerifyingKey.of(Algorithm.ED25519, point, provider), pkcs8, provider);
    }

    private static SigningKey p256(byte[] secret, SignatureProvider provider) {
        if (!isScalar(secret)) {
            throw new IllegalArgumentException("not a P-256 private key");
        }
        BigInteger d = new BigInteger(1, secret);
        ECPoint q = CustomNamedCurves.getByOID(SECObjectIdentifiers.secp256r1)
                .getG()
                .multiply(d)
                .normalize();
        byte[] point = Arrays.copyOfRange(q.getEncoded(false), 1, 65);
        try {
            byte[] pkcs8 = new PrivateKeyInfo(
                            new AlgorithmIdentifier(X9ObjectIdentifiers.id_ecPublicKey, SECObjectIdentifiers.secp256r1),
                            new ECPrivateKey(256, d, new org.bouncycastle.asn1.DERBitString(q.getEncoded(false)), null))
                    .getEncoded();
            return new SigningKey(VerifyingKey.of(Algorithm.ES256, point, provider), pkcs8, provider);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isScalar(byte[] secret) {
        BigInteger d = new BigInteger(1, secret);
        return d.signum() > 0 && d.compareTo(SignaturePredicate.P256_N) < 0;
    }

    @Override
    public VerifyingKey key() {
        return key;
    }

    @Override
    public byte[] sign(byte[] message) {
        return provider.sign(key.algorithm(), prepared, message);
    }

    /// Writes the key to a new file with mode 600, synced, whole or not at all; refuses to overwrite.
    public void save(Path file) {
        String pem = "-----BEGIN PRIVATE KEY-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(pkcs8)
                + "\n-----END PRIVATE KEY-----\n";
        try {
            if (Files.exists(file)) {
                throw new IOException(file + " exists already: a key is never overwritten");
            }
            Path folder = Objects.requireNonNull(file.toAbsolutePath().getParent(), "a key file is in a folder");
            Path partial = file.resolveSibling(file.getFileName() + ".partial");
            Files.deleteIfExists(partial);
            var mode = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
            boolean posix = Files.getFileStore(folder).supportsFileAttributeView("posix");
            if (posix) {
                Files.createFile(partial, mode);
            }
            Files.writeString(partial, pem);
            try (FileChannel channel = FileChannel.open(partial, StandardOpenOption.WRITE)) {
                channel.force(true);
            }
            // A crash here leaves a .partial file that nobody reads; the key was not in use yet.
            Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE);
            Directories.sync(folder);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot keep the key " + file, e);
        }
    }

    public static SigningKey load(Path file) {
        try {
            String body = Files.readString(file).replaceAll("-----[A-Z ]+-----", "");
            byte[] pkcs8 = Base64.getMimeDecoder().decode(body);
            if (Arrays.mismatch(pkcs8, ED25519_PKCS8) == ED25519_PKCS8.length && pkcs8.length == 48) {
                return fromSecret(Algorithm.ED25519, Arrays.copyOfRange(pkcs8, 16, 48));
            }
            BigInteger d = ECPrivateKey.getInstance(
                            PrivateKeyInfo.getInstance(pkcs8).parsePrivateKey())
                    .getKey();
            return fromSecret(Algorithm.ES256, SignaturePredicate.unsigned(d));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the key " + file, e);
        } catch (IllegalArgumentException e) {
            throw new UncheckedIOException("not a private key of Ed25519 or P-256: " + file, new IOException(e));
        }
    }
}
