package io.thingstead.node;

import io.thingstead.node.api.HttpServer;
import io.thingstead.node.api.NodeState;
import io.thingstead.node.ingest.mqtt.MqttSettings;
import io.thingstead.node.tls.Credential;
import io.thingstead.node.tls.LiveCertificate;
import io.thingstead.node.tls.ServerTls;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// How a node's listeners speak TLS, where it was told to.
final class Tls implements AutoCloseable {
    private final @Nullable ServerTls server;

    private Tls(@Nullable ServerTls server) {
        this.server = server;
    }

    static Tls open(Path folder, NodeConfig config, LongSupplier clockMs) {
        return new Tls(config.tlsSettings()
                .map(settings -> {
                    var certificate = LiveCertificate.open(folder.resolve("keys"), settings, clockMs);
                    return new ServerTls(certificate, settings);
                })
                .orElse(null));
    }

    HttpServer.Port http(NodeConfig config) {
        var listen = config.httpListen();
        return new HttpServer.Port(listen.hostOrLoopback(), listen.portOr(NodeConfig.HTTP_PORT), server);
    }

    MqttSettings.@Nullable Secured mqtt(NodeConfig config) {
        var listen = config.mqttTlsListen();
        return server == null
                ? null
                : new MqttSettings.Secured(listen.hostOrLoopback(), listen.portOr(NodeConfig.MQTT_TLS_PORT), server);
    }

    String scheme() {
        return server == null ? "http://" : "https://";
    }

    /// Of the certificate that is shown now.
    Optional<String> fingerprint() {
        return Optional.ofNullable(server)
                .map(ServerTls::certificate)
                .map(LiveCertificate::now)
                .map(Credential::fingerprint);
    }

    /// The certificate that is shown now.
    Optional<NodeState.Certificate> shown() {
        return Optional.ofNullable(server)
                .map(ServerTls::certificate)
                .map(LiveCertificate::now)
                .map(credential -> new NodeState.Certificate(
                        credential.fingerprint(),
                        credential.certificate().getNotAfter().toInstant().toEpochMilli()));
    }

    /// Writes down how the node is reached, and again when another certificate is shown.
    void say(Path folder, Supplier<NodeFiles.Address> address) {
        NodeFiles.writeAddress(folder, address.get());
        if (server != null) {
            server.certificate().onChange(_ -> NodeFiles.writeAddress(folder, address.get()));
            server.certificate().start();
        }
    }

    @Override
    public void close() {
        if (server != null) {
            server.certificate().close();
        }
    }
}
