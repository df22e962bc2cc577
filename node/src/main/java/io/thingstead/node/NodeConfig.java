package io.thingstead.node;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.dataformat.toml.TomlMapper;
import io.thingstead.kit.model.MemberId;
import io.thingstead.node.api.HttpServer;
import io.thingstead.node.api.SignInRules;
import io.thingstead.node.consensus.comet.CometSettings;
import io.thingstead.node.ledger.Endpoint;
import io.thingstead.node.tls.TlsSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
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
        @Nullable Engine engine,
        @Nullable Members members,
        @Nullable Log log,
        @Nullable AlarmsFile alarms,
        @Nullable Tls tls,
        @Nullable People people) {
    public static final int HTTP_PORT = 8080;
    public static final int MQTT_PORT = 1883;
    public static final int MQTT_TLS_PORT = 8883;
    public static final int ENGINE_PORT = 26656;
    public static final int MEMBERS_PORT = 7443;
    public static final NodeConfig DEFAULT = new NodeConfig(null, null, null, null, null, null, null, null, null, null);

    private static final String DEFAULT_MEMBER = "home";
    private static final Pattern ORIGIN = Pattern.compile("https?://[a-z0-9.-]{1,253}(:[0-9]{1,5})?");
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
    /// @param keepBlocks how many of its newest blocks the engine keeps for members that were away; 0: all
    /// @param snapshotEvery after how many blocks a snapshot of the state is taken for members that join
    public record Engine(
            @Nullable String program,
            @Nullable String host,
            @Nullable Integer port,
            @Nullable Long keepBlocks,
            @Nullable Long snapshotEvery) {}

    /// Where the other members reach this one's node.
    ///
    /// @param host where it listens for them, with `port`
    /// @param address what they are told, `host:port`, where it is another than it listens on
    public record Members(
            @Nullable String host,
            @Nullable Integer port,
            @Nullable String address) {}

    /// What the node writes about what it does.
    ///
    /// @param format `text`, or `json`: one object a line
    public record Log(@Nullable String format) {}

    /// Where alarm rules and whom to tell are declared.
    ///
    /// @param file in TOML, followed while the node runs
    public record AlarmsFile(@Nullable String file) {}

    /// The file of alarm rules: the one that is named, or `alarms.toml` in the data folder.
    public Path alarmsFile(Path folder) {
        return alarms == null || alarms.file == null ? folder.resolve("alarms.toml") : Path.of(alarms.file);
    }

    /// HTTPS in place of HTTP, and MQTT with TLS on a port of its own. Without `certificate` and `key` the node makes a
    /// certificate for itself.
    ///
    /// @param certificate a PEM file: the certificate, then those that lead to a root
    /// @param key a PEM file: its private key
    /// @param hosts names and addresses that a generated certificate is for
    /// @param oldest the oldest version of TLS that is spoken: `1.3`, or `1.2`
    /// @param mqttPort where MQTT is spoken with TLS
    /// @param plainMqtt whether MQTT without TLS is listened for beyond loopback, too
    public record Tls(
            @Nullable String certificate,
            @Nullable String key,
            @Nullable List<String> hosts,
            @Nullable String oldest,
            @Nullable Integer mqttPort,
            @Nullable Boolean plainMqtt) {}

    /// How TLS is spoken, empty: not at all.
    public Optional<TlsSettings> tlsSettings() {
        if (tls == null) {
            return Optional.empty();
        }
        if ((tls.certificate == null) != (tls.key == null)) {
            throw new ConfigException("[tls] certificate and key belong together: give both, or none to have one made");
        }
        TlsSettings.Own own = tls.certificate == null || tls.key == null
                ? null
                : new TlsSettings.Own(Path.of(tls.certificate), Path.of(tls.key));
        Set<String> hosts = new LinkedHashSet<>(tls.hosts == null ? List.of() : tls.hosts);
        for (String host : hosts) {
            if (!host.matches("[A-Za-z0-9]([A-Za-z0-9.-]{0,250}[A-Za-z0-9])?|[0-9A-Fa-f:]{2,39}")) {
                throw new ConfigException("[tls] hosts are names and addresses, not \"" + host + "\"");
            }
        }
        for (Listen listen : List.of(httpListen(), mqttListen())) {
            String host = listen.hostOrLoopback();
            if (!host.equals("0.0.0.0") && !host.equals("::")) {
                hosts.add(host);
            }
        }
        hosts.addAll(List.of("localhost", "127.0.0.1", "::1"));
        String oldest = tls.oldest == null ? "1.3" : tls.oldest;
        return switch (oldest) {
            case "1.3" -> Optional.of(new TlsSettings(own, List.copyOf(hosts), false));
            case "1.2" -> Optional.of(new TlsSettings(own, List.copyOf(hosts), true));
            default -> throw new ConfigException("[tls] oldest is \"1.3\" or \"1.2\", not \"" + oldest + "\"");
        };
    }

    /// Where MQTT is spoken with TLS, where it is.
    public Listen mqttTlsListen() {
        Integer port = tls == null ? null : tls.mqttPort;
        return new Listen(Listen.or(mqtt, MQTT_PORT).host, port == null ? Integer.valueOf(MQTT_TLS_PORT) : port);
    }

    /// Who may ask over HTTP.
    ///
    /// @param required whether people sign in although the listener is on loopback, as behind a proxy
    /// @param address under which people reach the pages, `https://name`, where a proxy stands between
    public record People(
            @Nullable Boolean required, @Nullable String address) {}

    /// Whether people sign in, and where. Without being told: wherever the listener is not on loopback.
    public SignInRules signIn() {
        String name = "thingstead-" + memberId();
        String address = people == null ? null : people.address;
        if (address != null && !ORIGIN.matcher(address).matches()) {
            throw new ConfigException("[people] address is https://name or https://name:port, not \"" + address + "\"");
        }
        boolean required = people != null && Boolean.TRUE.equals(people.required);
        boolean isOnLoopback = HttpServer.isLoopback(httpListen().hostOrLoopback());
        return new SignInRules(isOnLoopback && !required, Optional.ofNullable(address), name);
    }

    /// Whether each line of the node's messages is a JSON object.
    public boolean logsJson() {
        String format = log == null || log.format == null ? "text" : log.format;
        return switch (format) {
            case "text" -> false;
            case "json" -> true;
            default -> throw new ConfigException("[log] format is \"text\" or \"json\", not \"" + format + "\"");
        };
    }

    public Listen membersListen() {
        return Listen.or(members == null ? null : new Listen(members.host, members.port), MEMBERS_PORT);
    }

    /// What the other members are told to dial.
    ///
    /// @param port on which the node listens for them
    ///
    /// Throws `ConfigException` where nobody could dial it.
    public String membersAddress(int port) {
        if (members != null && members.address != null) {
            String address = members.address;
            if (!new Endpoint(address, address).isWellFormed()) {
                throw new ConfigException("[members] address is host:port, not \"" + address + "\"");
            }
            return address;
        }
        String host = membersListen().hostOrLoopback();
        if (host.equals("0.0.0.0") || host.equals("::")) {
            throw new ConfigException("[members] listens on every address: set address = \"host:port\" to what the"
                    + " other members dial");
        }
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }

    /// Whether it was told of other members: a ledger of one has none to listen for.
    public boolean isToldOfMembers() {
        return members != null;
    }

    public NodeConfig withMembers(String host, int port) {
        return new NodeConfig(
                member, domain, http, mqtt, engine, new Members(host, port, null), log, alarms, tls, people);
    }

    public String engineListen() {
        String host = engine == null || engine.host == null ? LOOPBACK : engine.host;
        int port = engine == null || engine.port == null ? ENGINE_PORT : engine.port;
        return host + ":" + port;
    }

    public long engineKeepBlocks() {
        Long keep = engine == null ? null : engine.keepBlocks;
        if (keep != null && keep != 0 && keep < 2 * CometSettings.FAR_BEHIND) {
            throw new ConfigException("engine.keepBlocks: 0 for all, or at least " + 2 * CometSettings.FAR_BEHIND
                    + ": members that were away need them");
        }
        return keep == null ? CometSettings.KEEP_BLOCKS : keep;
    }

    public long engineSnapshotEvery() {
        Long every = engine == null ? null : engine.snapshotEvery;
        if (every != null && every < 1) {
            throw new ConfigException("engine.snapshotEvery: at least 1");
        }
        return every == null ? CometSettings.SNAPSHOT_EVERY : every;
    }

    public @Nullable Path engineProgram() {
        return engine == null || engine.program == null ? null : Path.of(engine.program);
    }

    public NodeConfig withEngine(String host, int port) {
        Engine other = engine == null
                ? new Engine(null, host, port, null, null)
                : new Engine(engine.program, host, port, engine.keepBlocks, engine.snapshotEvery);
        return new NodeConfig(member, domain, http, mqtt, other, members, log, alarms, tls, people);
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

    /// Where MQTT is spoken without TLS: where there is TLS, for this machine alone, unless it was said otherwise.
    public Listen mqttListen() {
        Listen told = Listen.or(mqtt, MQTT_PORT);
        boolean isLoopback = tls != null && !Boolean.TRUE.equals(tls.plainMqtt);
        return isLoopback ? new Listen(LOOPBACK, told.port) : told;
    }

    public NodeConfig withMember(String name) {
        return new NodeConfig(name, domain, http, mqtt, engine, members, log, alarms, tls, people);
    }

    /// What was given on the command line wins over the file.
    public NodeConfig withPorts(@Nullable Integer httpPort, @Nullable Integer mqttPort) {
        return new NodeConfig(
                member,
                domain,
                httpPort == null ? http : new Listen(http == null ? null : http.host, httpPort),
                mqttPort == null ? mqtt : new Listen(mqtt == null ? null : mqtt.host, mqttPort),
                engine,
                members,
                log,
                alarms,
                tls,
                people);
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

    /// Throws `ConfigException` for the first value that a node would refuse.
    public void requireValid() {
        memberId();
        logsJson();
        var _ = tlsSettings();
        var _ = signIn();
        engineKeepBlocks();
        engineSnapshotEvery();
        if (isToldOfMembers()) {
            membersAddress(membersListen().portOr(MEMBERS_PORT));
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
