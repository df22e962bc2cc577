package io.thingstead.node.tls;

import io.thingstead.node.tls.TlsSettings.Own;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The certificate that the listeners show now. Files that changed are taken up within seconds; what
/// cannot be used is said once, and the one before stays in use. A generated one is renewed in time.
public final class LiveCertificate implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LiveCertificate.class);
    private static final Duration LOOK = Duration.ofSeconds(1);

    private final Source source;
    private final Thread watch = Thread.ofVirtual().name("tls-certificate").unstarted(this::watch);
    private volatile Credential now;
    private List<Object> stamp;
    private volatile Consumer<Credential> onChange = _ -> {};

    /// Where the certificate comes from.
    private interface Source {
        /// What changes when the certificate may have changed.
        List<Object> stamp();

        Credential load();
    }

    private LiveCertificate(Source source) {
        this.source = source;
        this.stamp = source.stamp();
        this.now = source.load();
    }

    /// Throws [TlsException] where there is none to begin with.
    ///
    /// @param keys the folder of the member's keys, in which a generated one is kept
    public static LiveCertificate open(Path keys, TlsSettings settings, LongSupplier clockMs) {
        Own own = settings.own();
        if (own != null) return new LiveCertificate(new OwnFiles(own));
        var generated = new Generated(keys, settings.hosts(), clockMs);
        return new LiveCertificate(new Source() {
            @Override
            public List<Object> stamp() {
                return List.of(generated.isDue(), modified(generated.file()));
            }

            @Override
            public Credential load() {
                return generated.load();
            }
        });
    }

    private record OwnFiles(Own own) implements Source {
        @Override
        public List<Object> stamp() {
            return List.of(modified(own.certificates()), modified(own.key()));
        }

        @Override
        public Credential load() {
            var read = new Credential(Pem.key(own.key()), Pem.certificates(own.certificates()));
            try {
                if (!read.fits())
                    throw new TlsException("the key in " + own.key() + " is not the one of the first certificate in "
                            + own.certificates());
            } catch (GeneralSecurityException e) {
                throw new TlsException("the key in " + own.key() + " cannot be used: " + e.getMessage(), e);
            }
            return read;
        }
    }

    private static List<Object> modified(Path file) {
        try {
            var read = Files.readAttributes(file, BasicFileAttributes.class);
            return List.of(read.lastModifiedTime(), read.size(), String.valueOf(read.fileKey()));
        } catch (IOException e) {
            return List.of(String.valueOf(e));
        }
    }

    /// Told of each certificate that takes the place of another.
    public void onChange(Consumer<Credential> told) {
        onChange = told;
    }

    public Credential now() {
        return now;
    }

    /// Looks at the files from here on, until it is closed.
    public void start() {
        watch.start();
    }

    private void watch() {
        try {
            while (true) {
                Thread.sleep(LOOK);
                look();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // closed
        }
    }

    private void look() {
        List<Object> seen = source.stamp();
        if (seen.equals(stamp)) return;
        try {
            Credential loaded = source.load();
            // What was written meanwhile is seen at the next look.
            stamp = seen;
            if (loaded.fingerprint().equals(now.fingerprint())) return;
            now = loaded;
            LOG.info("the TLS certificate is now {}, until {}", loaded.fingerprint(), until(loaded));
            onChange.accept(loaded);
        } catch (RuntimeException e) {
            stamp = seen;
            LOG.warn("the TLS certificate stays the one before: {}", e.getMessage());
        }
    }

    private static Object until(Credential credential) {
        return credential.certificate().getNotAfter().toInstant();
    }

    /// Looks at what stands on disk, and changes nothing: when the certificate ends, empty where none was made yet.
    ///
    /// Throws [TlsException] where it cannot be used.
    public static Optional<Instant> ends(Path keys, TlsSettings settings) {
        Own own = settings.own();
        if (own != null)
            return Optional.of(
                    new OwnFiles(own).load().certificate().getNotAfter().toInstant());
        Path generated = keys.resolve(Generated.CERTIFICATE);
        if (!Files.exists(generated)) return Optional.empty();
        return Optional.of(Pem.certificates(generated).getFirst().getNotAfter().toInstant());
    }

    @Override
    public void close() {
        watch.interrupt();
    }
}
