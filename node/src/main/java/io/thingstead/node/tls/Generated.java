package io.thingstead.node.tls;

import io.thingstead.kit.crypto.Algorithm;
import io.thingstead.kit.crypto.Directories;
import io.thingstead.kit.crypto.SigningKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// A certificate that the node makes for itself, in the folder of its keys: `https.pem` the key, `https.crt` the
/// certificate, which devices and browsers are given. It is made anew with the same key when its end comes near, or
/// when it is to be for other hosts.
final class Generated {
    static final String CERTIFICATE = "https.crt";

    private static final Duration LASTS = Duration.ofDays(5 * 365);
    private static final Duration RENEWED_BEFORE = Duration.ofDays(30);
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMddHHmmss'Z'").withZone(ZoneOffset.UTC);

    private final Path key;
    private final Path folder;
    private final Path certificate;
    private final Set<String> hosts;
    private final LongSupplier clockMs;
    private volatile long endsMs = Long.MAX_VALUE;

    Generated(Path keys, List<String> hosts, LongSupplier clockMs) {
        this.folder = keys;
        this.key = keys.resolve("https.pem");
        this.certificate = keys.resolve(CERTIFICATE);
        this.hosts = new TreeSet<>(hosts);
        this.clockMs = clockMs;
    }

    Path file() {
        return certificate;
    }

    boolean isDue() {
        return endsMs - clockMs.getAsLong() < RENEWED_BEFORE.toMillis();
    }

    /// The one that is kept where it is still good, else a new one.
    Credential load() {
        try {
            SigningKey secret = Files.exists(key) ? SigningKey.load(key) : made();
            Credential kept = kept(secret);
            Credential good = kept == null ? renewed(secret) : kept;
            endsMs = good.certificate().getNotAfter().toInstant().toEpochMilli();
            return good;
        } catch (IOException | GeneralSecurityException e) {
            throw new TlsException("cannot keep a generated certificate in " + certificate + ": " + e, e);
        }
    }

    private SigningKey made() {
        SigningKey made = SigningKey.generate(Algorithm.ES256);
        made.save(key);
        return made;
    }

    private @Nullable Credential kept(SigningKey secret) throws GeneralSecurityException {
        if (!Files.exists(certificate)) return null;
        try {
            var read = new Credential(SelfSigned.secret(secret), Pem.certificates(certificate));
            long left = read.certificate().getNotAfter().toInstant().toEpochMilli() - clockMs.getAsLong();
            boolean isGood = read.fits()
                    && left > RENEWED_BEFORE.toMillis()
                    && hosts(read.certificate()).equals(hosts);
            return isGood ? read : null;
        } catch (TlsException e) {
            return null; // torn: nobody was shown it
        }
    }

    private static Set<String> hosts(X509Certificate certificate) throws CertificateParsingException {
        var found = new TreeSet<String>();
        var names = certificate.getSubjectAlternativeNames();
        if (names != null) for (var name : names) found.add(shortened(String.valueOf(name.get(1))));
        return found;
    }

    /// Java writes out every group of an IPv6 address.
    private static String shortened(String host) {
        return host.equals("0:0:0:0:0:0:0:1") ? "::1" : host;
    }

    private Credential renewed(SigningKey secret) throws IOException, GeneralSecurityException {
        Instant now = Instant.ofEpochMilli(clockMs.getAsLong());
        Credential made = new SelfSigned(
                        hosts.iterator().next(),
                        now.toEpochMilli(),
                        TIME.format(now.minus(Duration.ofDays(1))),
                        TIME.format(now.plus(LASTS)),
                        List.copyOf(hosts))
                .by(secret);
        String text = "-----BEGIN CERTIFICATE-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'})
                        .encodeToString(made.certificate().getEncoded())
                + "\n-----END CERTIFICATE-----\n";
        Path partial = certificate.resolveSibling(certificate.getFileName() + ".partial");
        Files.writeString(partial, text);
        Files.move(partial, certificate, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        Directories.sync(folder);
        return made;
    }
}
