package io.thingstead.kit.crypto;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Objects;
import java.util.Optional;

/// A private key in memory, kept as a PKCS#8 PEM file (RFC 5958, RFC 7468) that only its owner may read.
public final class SigningKey implements Signer {
    private static final String BEGIN = "-----BEGIN PRIVATE KEY-----";
    private static final String END = "-----END PRIVATE KEY-----";
    private static final SecureRandom RANDOM = new SecureRandom();

    private final VerifyingKey key;
    private final byte[] secret;
    private final SignatureProvider.Signatory signatory;

    private SigningKey(Algorithm algorithm, byte[] secret, SignatureProvider provider) {
        byte[] point = BouncyCastleSignatures.pointOf(algorithm, secret);
        this.key = VerifyingKey.of(algorithm, point, provider);
        this.secret = secret;
        this.signatory = provider.signatory(algorithm, secret, point);
    }

    public static SigningKey generate(Algorithm algorithm) {
        return generate(algorithm, SignatureProvider.current());
    }

    public static SigningKey generate(Algorithm algorithm, SignatureProvider provider) {
        byte[] secret = new byte[32];
        do {
            RANDOM.nextBytes(secret);
        } while (algorithm == Algorithm.ES256 && !SignaturePredicate.isP256Secret(new BigInteger(1, secret)));
        return new SigningKey(algorithm, secret, provider);
    }

    /// From the 32 secret bytes: the Ed25519 seed, or the P-256 scalar.
    public static SigningKey fromSecret(Algorithm algorithm, byte[] secret) {
        return fromSecret(algorithm, secret, SignatureProvider.current());
    }

    public static SigningKey fromSecret(Algorithm algorithm, byte[] secret, SignatureProvider provider) {
        if (secret.length != 32
                || (algorithm == Algorithm.ES256 && !SignaturePredicate.isP256Secret(new BigInteger(1, secret)))) {
            throw new IllegalArgumentException("not 32 secret bytes of " + algorithm);
        }
        return new SigningKey(algorithm, secret.clone(), provider);
    }

    @Override
    public VerifyingKey key() {
        return key;
    }

    @Override
    public byte[] sign(byte[] message) {
        return signatory.sign(message);
    }

    /// The 32 secret bytes, for a program that must be given the key in a file of its own. Not for logs.
    public byte[] secret() {
        return secret.clone();
    }

    /// The key in PKCS#8 (RFC 5958), for the JDK's own protocols. Not for logs.
    public byte[] pkcs8() {
        return KeyDer.privateKey(key.algorithm(), secret, key.point());
    }

    @Override
    public String toString() {
        return "private key of " + key;
    }

    /// Writes the key to a new file with mode 600, synced, whole or not at all; refuses to overwrite.
    public void save(Path file) {
        String pem =
                BEGIN + "\n" + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(pkcs8()) + "\n" + END + "\n";
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

    /// The key in the file; where there is none, a new one of Ed25519 that is kept there first.
    public static SigningKey loadOrMake(Path file) {
        if (Files.exists(file)) {
            return load(file);
        }
        SigningKey made = generate(Algorithm.ED25519);
        made.save(file);
        return made;
    }

    public static SigningKey load(Path file) {
        String pem;
        try {
            pem = Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the key " + file, e);
        }
        return parse(pem)
                .flatMap(KeyDer::readPrivateKey)
                .map(found -> fromSecret(found.algorithm(), found.bytes()))
                .orElseThrow(() -> new IllegalArgumentException(
                        file + " is not a PEM file with a private key of Ed25519 or P-256"));
    }

    private static Optional<byte[]> parse(String pem) {
        int from = pem.indexOf(BEGIN);
        int to = pem.indexOf(END);
        if (from < 0 || to < from) {
            return Optional.empty();
        }
        try {
            return Optional.of(Base64.getMimeDecoder().decode(pem.substring(from + BEGIN.length(), to)));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
