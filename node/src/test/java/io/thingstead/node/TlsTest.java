package io.thingstead.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.thingstead.node.cli.Thingstead;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.HexFormat;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// People's and devices' own programs speak TLS with a node: with a certificate that it made, and with one that it was
/// given and that is changed while it runs.
class TlsTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path folder;

    private Path data() {
        return folder.resolve("data");
    }

    private Node started(String tls) throws Exception {
        Path config = folder.resolve("thingstead.toml");
        Files.writeString(
                config,
                "member = \"acme\"\n[http]\nport = 0\n[mqtt]\nhost = \"0.0.0.0\"\nport = 0\n[tls]\nmqttPort = 0\n"
                        + tls);
        return Node.start(data(), NodeConfig.read(config));
    }

    private static X509Certificate certificate(Path file) throws Exception {
        try (var in = Files.newInputStream(file)) {
            return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
        }
    }

    private static SSLContext trusting(Path file) throws Exception {
        var store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setCertificateEntry("node", certificate(file));
        var trust = TrustManagerFactory.getInstance("PKIX");
        trust.init(store);
        var context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }

    private static HttpClient client(Path file) throws Exception {
        return HttpClient.newBuilder().sslContext(trusting(file)).build();
    }

    private record Said(int code, String text) {}

    private Said run(String... arguments) {
        var out = new StringWriter();
        int code = Thingstead.commandLine()
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(out))
                .execute(arguments);
        return new Said(code, out.toString());
    }

    private static HttpResponse<String> get(HttpClient client, String address) throws Exception {
        return client.send(HttpRequest.newBuilder(URI.create(address)).build(), HttpResponse.BodyHandlers.ofString());
    }

    private static String token(Said added) {
        assertThat(added.code).as(added.text).isZero();
        return added.text.replaceAll("(?s).*shown this once: (\\S+).*", "$1");
    }

    private static long leaves(Node node) {
        return node.core().log().reader().size();
    }

    @Test
    void a_generated_certificate_serves_java_mosquitto_and_python() throws Exception {
        Programs.need("mosquitto_pub");
        String python = Programs.python("paho.mqtt.client");
        try (Node node = started("")) {
            Path crt = data().resolve("keys").resolve("https.crt");
            assertThat(node.page()).startsWith("https://127.0.0.1:");
            try (HttpClient client = client(crt)) {
                var status = get(client, node.page() + "api/status");
                assertThat(status.statusCode()).isEqualTo(200);
                assertThat(status.sslSession().orElseThrow().getProtocol()).isEqualTo("TLSv1.3");
                assertThat(JSON.readTree(status.body()).path("member").asText()).isEqualTo("acme");
            }
            // The command on this machine finds it, and knows its certificate.
            Said added = run("device", "add", "box-1", "--data", data().toString());
            String token = token(added);
            assertThat(added.text).contains("--cafile " + crt);
            String port = node.mqttTlsAddress().replaceAll(".*:", "");
            String[] publish = {
                "mosquitto_pub",
                "-h",
                "127.0.0.1",
                "-p",
                port,
                "--cafile",
                crt.toString(),
                "-u",
                token,
                "-q",
                "1",
                "-t",
                "v1/devices/me/telemetry",
                "-m",
                "{\"temperature\": 21.5}"
            };
            Programs.run(publish);
            assertThat(leaves(node)).isEqualTo(1);
            Path script = folder.resolve("publish.py");
            Files.writeString(script, """
                    import sys, paho.mqtt.client as mqtt
                    client = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2, protocol=mqtt.MQTTv5)
                    client.tls_set(ca_certs=sys.argv[1])
                    client.username_pw_set(sys.argv[3])
                    client.connect("127.0.0.1", int(sys.argv[2]))
                    client.loop_start()
                    for i in range(20):
                        client.publish("v1/devices/me/telemetry", '{"temperature": %d}' % i, qos=1).wait_for_publish(20)
                    client.disconnect()
                    client.loop_stop()
                    """);
            Programs.run(python, script.toString(), crt.toString(), port, token);
            assertThat(leaves(node)).isEqualTo(21);
            // Without the certificate nobody trusts it.
            publish[6] = "/etc/ssl/certs/ca-certificates.crt";
            if (Files.exists(Path.of(publish[6]))) {
                var refused =
                        new ProcessBuilder(publish).redirectErrorStream(true).start();
                assertThat(refused.waitFor()).isNotZero();
            }
            assertThat(leaves(node)).isEqualTo(21);
            assertThat(run(
                                    "doctor",
                                    "--quick",
                                    "--data",
                                    data().toString(),
                                    "--config",
                                    folder.resolve("thingstead.toml").toString())
                            .text)
                    .contains("tls", "the certificate is good until");
        }
    }

    @Test
    void who_speaks_http_is_told_to_speak_https_and_gets_nothing_else() throws Exception {
        try (Node node = started("");
                HttpClient plain = HttpClient.newHttpClient()) {
            String address = node.page().replace("https:", "http:");
            var page = get(plain, address + "things.html");
            assertThat(page.statusCode()).isEqualTo(308);
            assertThat(page.headers().firstValue("Location")).contains(node.page() + "things.html");
            for (String path : new String[] {"api/status", "health/live", "metrics"}) {
                assertThat(get(plain, address + path).body()).doesNotContain("acme", "ok\": true");
            }
            var posted = plain.send(
                    HttpRequest.newBuilder(URI.create(address + "api/devices"))
                            .POST(HttpRequest.BodyPublishers.ofString("{\"name\": \"box-1\"}"))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            assertThat(posted.statusCode()).isEqualTo(403);
            assertThat(JSON.readTree(posted.body()).path("detail").asText()).contains(node.page());
            assertThat(node.core().ledger().devices(null, 10)).isEmpty();
        }
    }

    private void handshake(Node node, boolean mqtt, String version) throws Exception {
        int port = mqtt
                ? Integer.parseInt(node.mqttTlsAddress().replaceAll(".*:", ""))
                : URI.create(node.page()).getPort();
        var context = trusting(data().resolve("keys").resolve("https.crt"));
        try (var socket = (SSLSocket) context.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), port)) {
            socket.setEnabledProtocols(new String[] {version});
            socket.startHandshake();
            assertThat(socket.getSession().getProtocol()).isEqualTo(version);
        }
    }

    @Test
    void tls_1_2_is_spoken_only_where_that_is_said() throws Exception {
        try (Node node = started("")) {
            for (boolean mqtt : new boolean[] {true, false}) {
                handshake(node, mqtt, "TLSv1.3");
                assertThatThrownBy(() -> handshake(node, mqtt, "TLSv1.2")).isInstanceOf(SSLException.class);
            }
            // Noise in place of a handshake ends that connection alone.
            for (int i = 0; i < 20; i++) {
                try (var socket = new Socket(
                        "127.0.0.1", Integer.parseInt(node.mqttTlsAddress().replaceAll(".*:", "")))) {
                    socket.getOutputStream().write(new byte[] {16, 3, 1, 0, (byte) i, 9, 9});
                }
            }
            handshake(node, true, "TLSv1.3");
        }
        try (Node node = started("oldest = \"1.2\"\n")) {
            for (boolean mqtt : new boolean[] {true, false}) {
                handshake(node, mqtt, "TLSv1.3");
                handshake(node, mqtt, "TLSv1.2");
            }
        }
        assertThatThrownBy(() -> started("oldest = \"1.1\"\n")).hasMessageContaining("[tls] oldest");
        assertThatThrownBy(() -> started("certificate = \"a.pem\"\n")).hasMessageContaining("belong together");
    }

    @Test
    void where_there_is_tls_mqtt_without_it_is_for_this_machine_alone() throws Exception {
        Path config = folder.resolve("t.toml");
        Files.writeString(config, "[mqtt]\nhost = \"0.0.0.0\"\n[tls]\n");
        assertThat(NodeConfig.read(config).mqttListen().hostOrLoopback()).isEqualTo("127.0.0.1");
        assertThat(NodeConfig.read(config).mqttTlsListen()).isEqualTo(new NodeConfig.Listen("0.0.0.0", 8883));
        Files.writeString(config, "[mqtt]\nhost = \"0.0.0.0\"\n[tls]\nplainMqtt = true\n");
        assertThat(NodeConfig.read(config).mqttListen().hostOrLoopback()).isEqualTo("0.0.0.0");
        Files.writeString(config, "[mqtt]\nhost = \"0.0.0.0\"\n");
        assertThat(NodeConfig.read(config).mqttListen().hostOrLoopback()).isEqualTo("0.0.0.0");
    }

    private void made(String name) throws Exception {
        Programs.run(
                "openssl",
                "req",
                "-x509",
                "-nodes",
                "-newkey",
                "rsa:2048",
                "-subj",
                "/CN=" + name,
                "-addext",
                "subjectAltName=IP:127.0.0.1",
                "-keyout",
                folder.resolve(name + ".key").toString(),
                "-out",
                folder.resolve(name + ".crt").toString());
    }

    private void put(String certificate, String key) throws Exception {
        for (String each : new String[] {certificate, key}) {
            String kind = each.substring(each.length() - 4);
            Path partial = Files.copy(folder.resolve(each), folder.resolve("partial"));
            Files.move(
                    partial,
                    folder.resolve("live" + kind),
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private static String shown(Node node) throws Exception {
        return node.fingerprint().orElseThrow();
    }

    private String fingerprint(String name) throws Exception {
        return HexFormat.ofDelimiter(":")
                .withUpperCase()
                .formatHex(MessageDigest.getInstance("SHA-256")
                        .digest(certificate(folder.resolve(name + ".crt")).getEncoded()));
    }

    private static void await(String what, java.util.concurrent.Callable<Boolean> holds) throws Exception {
        long until = System.nanoTime() + 30_000_000_000L;
        while (!holds.call()) {
            assertThat(System.nanoTime()).as(what).isLessThan(until);
            Thread.sleep(50);
        }
    }

    @Test
    void files_that_change_are_taken_up_while_it_runs_and_what_cannot_be_used_is_not() throws Exception {
        Programs.need("openssl");
        made("one");
        made("two");
        put("one.crt", "one.key");
        String settings = "certificate = \"%s\"\nkey = \"%s\"\n"
                .formatted(folder.resolve("live.crt"), folder.resolve("live.key"));
        try (Node node = started(settings);
                HttpClient first = client(folder.resolve("one.crt"));
                HttpClient second = client(folder.resolve("two.crt"))) {
            assertThat(shown(node)).isEqualTo(fingerprint("one"));
            assertThat(get(first, node.page() + "api/status").statusCode()).isEqualTo(200);
            // The certificate without its key, as it is while somebody copies: the pair before stays.
            put("two.crt", "one.key");
            Thread.sleep(2_500);
            assertThat(shown(node)).isEqualTo(fingerprint("one"));
            Files.writeString(folder.resolve("live.crt"), "torn");
            Thread.sleep(1_500);
            assertThat(shown(node)).isEqualTo(fingerprint("one"));
            put("two.crt", "two.key");
            await("the new certificate", () -> shown(node).equals(fingerprint("two")));
            assertThat(get(second, node.page() + "api/status").statusCode()).isEqualTo(200);
            try (HttpClient again = client(folder.resolve("one.crt"))) {
                assertThatThrownBy(() -> get(again, node.page() + "api/status")).isInstanceOf(SSLException.class);
            }
            // The commands on this machine know the new one.
            token(run("device", "add", "box-1", "--data", data().toString()));
        }
        Files.writeString(folder.resolve("live.key"), "torn");
        assertThatThrownBy(() -> started(settings)).hasMessageStartingWith("tls.certificate: ");
    }
}
