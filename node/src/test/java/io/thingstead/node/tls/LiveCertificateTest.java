package io.thingstead.node.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.thingstead.node.Programs;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A generated certificate is kept, renewed in time and made anew for other hosts, by one key; files of each kind that
/// OpenSSL writes are read, and what cannot be used is refused.
class LiveCertificateTest {
    private static final long NOW = 1_800_000_000_000L;

    @TempDir
    Path folder;

    private final AtomicLong clock = new AtomicLong(NOW);

    private Credential generated(String... hosts) {
        var settings = new TlsSettings(null, List.of(hosts), false);
        return LiveCertificate.open(folder, settings, clock::get).now();
    }

    private Credential own(Path certificate, Path key) {
        var settings = new TlsSettings(new TlsSettings.Own(certificate, key), List.of(), false);
        return LiveCertificate.open(folder, settings, clock::get).now();
    }

    @Test
    void a_generated_certificate_is_kept_until_its_end_comes_near_and_renewed_with_the_same_key() throws Exception {
        Credential first = generated("box.example", "10.1.2.3", "::1");
        assertThat(first.fits()).isTrue();
        assertThat(generated("::1", "10.1.2.3", "box.example").fingerprint()).isEqualTo(first.fingerprint());
        clock.set(first.certificate().getNotAfter().getTime()
                - Duration.ofDays(31).toMillis());
        assertThat(generated("box.example", "10.1.2.3", "::1").fingerprint()).isEqualTo(first.fingerprint());
        clock.addAndGet(Duration.ofDays(2).toMillis());
        Credential renewed = generated("box.example", "10.1.2.3", "::1");
        assertThat(renewed.fingerprint()).isNotEqualTo(first.fingerprint());
        assertThat(renewed.certificate().getPublicKey())
                .isEqualTo(first.certificate().getPublicKey());
        assertThat(renewed.certificate().getSerialNumber())
                .isNotEqualTo(first.certificate().getSerialNumber());
        assertThat(generated("other.example").certificate().getSubjectAlternativeNames())
                .hasSize(1)
                .allSatisfy(name -> assertThat(name.get(1)).isEqualTo("other.example"));
    }

    @Test
    void what_a_crash_left_of_a_generated_certificate_is_made_again() throws Exception {
        Credential first = generated("box.example");
        Files.writeString(folder.resolve("https.crt"), "-----BEGIN CERTIFICATE-----\nMIIB");
        Credential again = generated("box.example");
        assertThat(again.certificate().getPublicKey())
                .isEqualTo(first.certificate().getPublicKey());
        Files.delete(folder.resolve("https.pem"));
        Credential other = generated("box.example");
        assertThat(other.certificate().getPublicKey())
                .isNotEqualTo(first.certificate().getPublicKey());
    }

    @BeforeEach
    void openssl_is_there() {
        Programs.need("openssl");
    }

    private Path made(String name, String... options) throws Exception {
        var command = new java.util.ArrayList<>(List.of("openssl", "req", "-x509", "-nodes", "-subj", "/CN=" + name));
        command.addAll(List.of(options));
        Path key = folder.resolve(name + ".key");
        command.addAll(List.of(
                "-keyout", key.toString(), "-out", folder.resolve(name + ".crt").toString()));
        Programs.run(command.toArray(String[]::new));
        return key;
    }

    private Path certificate(String name) {
        return folder.resolve(name + ".crt");
    }

    @ParameterizedTest
    @ValueSource(strings = {"rsa:2048", "ed25519", "ec -pkeyopt ec_paramgen_curve:prime256v1"})
    void certificates_of_openssl_are_read(String kind) throws Exception {
        Path key = made("a", ("-newkey " + kind).split(" "));
        assertThat(own(certificate("a"), key).fits()).isTrue();
        String said = Programs.run(
                "openssl", "x509", "-in", certificate("a").toString(), "-noout", "-fingerprint", "-sha256");
        assertThat(said).contains("=" + own(certificate("a"), key).fingerprint());
    }

    @Test
    void keys_in_the_older_formats_are_read() throws Exception {
        Path rsa = made("a", "-newkey", "rsa:2048");
        Path old = folder.resolve("old.key");
        Programs.run("openssl", "rsa", "-traditional", "-in", rsa.toString(), "-out", old.toString());
        assertThat(Files.readString(old)).contains("BEGIN RSA PRIVATE KEY");
        assertThat(own(certificate("a"), old).fits()).isTrue();
        Path ec = made("b", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1");
        Programs.run("openssl", "ec", "-in", ec.toString(), "-out", old.toString());
        assertThat(Files.readString(old)).contains("BEGIN EC PRIVATE KEY");
        assertThat(own(certificate("b"), old).fits()).isTrue();
    }

    @Test
    void what_cannot_be_used_is_refused_with_what_is_wrong() throws Exception {
        Path key = made("a", "-newkey", "ed25519");
        Path other = made("b", "-newkey", "ed25519");
        assertThatThrownBy(() -> own(certificate("a"), other)).hasMessageContaining("is not the one of the first");
        assertThatThrownBy(() -> own(certificate("c"), key)).hasMessageContaining("cannot read");
        assertThatThrownBy(() -> own(key, key)).hasMessageContaining("no certificate");
        assertThatThrownBy(() -> own(certificate("a"), certificate("a"))).hasMessageContaining("0 private keys");
        Path secret = folder.resolve("secret.key");
        Programs.run(
                "openssl", "pkcs8", "-topk8", "-in", key.toString(), "-out", secret.toString(), "-passout", "pass:x");
        assertThatThrownBy(() -> own(certificate("a"), secret)).hasMessageContaining("encrypted");
        String whole = Files.readString(key);
        for (int length = 30; length < whole.length() - 30; length++) {
            Files.writeString(secret, whole.substring(0, length) + "\n-----END PRIVATE KEY-----\n");
            assertThatThrownBy(() -> own(certificate("a"), secret)).isInstanceOf(TlsException.class);
        }
        Files.write(secret, new byte[200_000]);
        assertThatThrownBy(() -> own(certificate("a"), secret)).hasMessageContaining("larger");
    }
}
