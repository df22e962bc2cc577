package io.thingstead.node;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.dataformat.toml.TomlMapper;
import io.thingstead.kit.model.MemberId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// What a node is told in `thingstead.toml`; everything has a default, and an unknown key is refused.
///
/// @param member the member's name on the ledger; fixed once the ledger is founded
/// @param domain under which the member's logs are named
public record NodeConfig(
        @Nullable String member,
        @Nullable String domain,
        @Nullable Listen http,
        @Nullable Listen mqtt,
        @Nullable Engine engine) {
    public static final int HTTP_PORT = 8080;
    public static final int MQTT_PORT = 1883;
    public static final int ENGINE_PORT = 26656;
    public static final NodeConfig DEFAULT = new NodeConfig(null, null, null, null, null);

    private static final String DEFAULT_MEMBER = "home";
    private static final String LOOPBACK = "127.0.0.1";

    /// Where a listener listens. Loopback unless it is told otherwise.
    public record Listen(@Nullable String host, @Nullable Integer port) {
        static Listen or(@Nullable Listen given, int defaultPort) {
            String host = given == null || given.host == null ? LOOPBACK : given.host;
            Integer port = given == null || given.port == null ? Integer.valueOf(defaultPort) : given.port;
            return new Listen(host, port);
        }

        public String hostOrLoopback() {
            return host == null ? LOOPBACK : host;
        }

        public int portOr(int other) {
            return port == null ? other : port;
        }
    }

    /// The consensus engine of a ledger with several members.
    ///
    /// @param program CometBFT's executable, where it is not the installed one
    /// @param host where it listens for the other members' engines, with `port`
    public record Engine(
            @Nullable String program,
            @Nullable String host,
            @Nullable Integer port) {}

    public String engineListen() {
        String host = engine == null || engine.host == null ? LOOPBACK : engine.host;
        int port = engine == null || engine.port == null ? ENGINE_PORT : engine.port;
        return host + ":" + port;
    }

    public @Nullable Path engineProgram() {
        return engine == null || engine.program == null ? null : Path.of(engine.program);
    }

    public NodeConfig withEngine(String host, int port) {
        String program = engine == null ? null : engine.program;
        return new NodeConfig(member, domain, http, mqtt, new Engine(program, host, port));
    }

    public MemberId memberId() {
        String name = member == null ? DEFAULT_MEMBER : member;
        return MemberId.parse(name)
                .orElseThrow(() -> new ConfigException("member: 1 to 32 of a-z, 0-9 and '-', not \"" + name + "\""));
    }

    public String domainName() {
        return domain == null ? memberId() + ".internal" : domain;
    }

    public Listen httpListen() {
        return Listen.or(http, HTTP_PORT);
    }

    public Listen mqttListen() {
        return Listen.or(mqtt, MQTT_PORT);
    }

    public NodeConfig withMember(String name) {
        return new NodeConfig(name, domain, http, mqtt, engine);
    }

    /// What was given on the command line wins over the file.
    public NodeConfig withPorts(@Nullable Integer httpPort, @Nullable Integer mqttPort) {
        return new NodeConfig(
                member,
                domain,
                httpPort == null ? http : new Listen(http == null ? null : http.host, httpPort),
                mqttPort == null ? mqtt : new Listen(mqtt == null ? null : mqtt.host, mqttPort),
                engine);
    }

    public static NodeConfig read(Path file) {
        try {
            return mapper().readValue(Files.readString(file), NodeConfig.class);
        } catch (JacksonException e) {
            throw new ConfigException(file + ": " + e.getOriginalMessage());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }

    private static TomlMapper mapper() {
        return TomlMapper.builder()
                .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
                .build();
    }

    /// A configuration that cannot be used; the message says what to change.
    public static final class ConfigException extends RuntimeException {
        ConfigException(String message) {
            super(message);
        }
    }
}
