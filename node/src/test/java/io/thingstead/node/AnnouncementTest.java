package io.thingstead.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.thingstead.kit.model.KeyRole;
import io.thingstead.kit.model.MemberId;
import io.thingstead.node.consensus.OldFounding;
import io.thingstead.node.exchange.NotListening;
import io.thingstead.node.ledger.Endpoint;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a member says of itself when it starts: where it is reached, and keys that the ledger lacks.
class AnnouncementTest {
    private static final MemberId ACME = new MemberId("acme");

    @TempDir
    Path folder;

    private MemberCore open(NodeConfig config) {
        MemberCore core = MemberCore.open(folder, config, System::currentTimeMillis, e -> {
            throw new IllegalStateException(e);
        });
        core.start();
        return core;
    }

    private static NodeConfig config() {
        return NodeConfig.DEFAULT.withMember("acme");
    }

    private static void await(String what, BooleanSupplier condition) throws InterruptedException {
        long until = System.nanoTime() + 60_000_000_000L;
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as(what).isLessThan(until);
            Thread.sleep(10);
        }
    }

    private static boolean knows(MemberCore core, KeyRole role) {
        return core.ledger()
                .member(ACME)
                .key(role)
                .filter(core.keys().of(role).key().thumbprint()::equals)
                .isPresent();
    }

    @Test
    void a_member_of_old_times_gets_its_keys_for_the_network_once() throws Exception {
        OldFounding.found(folder, ACME);
        try (MemberCore core = open(config())) {
            assertThat(core.ledger().member(ACME).keys()).hasSizeGreaterThanOrEqualTo(5);
            await("both keys are on the ledger", () -> knows(core, KeyRole.TLS) && knows(core, KeyRole.PEER));
            assertThat(core.exchange().port())
                    .as("alone, it listens for nobody")
                    .isZero();
            assertThat(core.ledger().endpoint(ACME)).isEmpty();
        }
        long before;
        try (MemberCore core = open(config().withMembers("127.0.0.1", 0))) {
            await(
                    "its address is on the ledger",
                    () -> core.ledger().endpoint(ACME).isPresent());
            before = core.ledger().head().eventsSize();
            assertThat(core.ledger().endpoint(ACME))
                    .contains(new Endpoint(
                            "127.0.0.1:26656", "127.0.0.1:" + core.exchange().port()));
        }
        try (MemberCore core = open(config())) {
            Thread.sleep(500);
            assertThat(core.ledger().head().eventsSize())
                    .as("nothing more to say")
                    .isEqualTo(before);
        }
    }

    @Test
    void another_address_is_told_at_the_next_start() throws Exception {
        try (MemberCore core = open(config().withMembers("127.0.0.1", 0))) {
            await("the first", () -> core.ledger().endpoint(ACME).isPresent());
        }
        Path file = folder.resolve("thingstead.toml");
        Files.writeString(file, """
                member = "acme"
                [members]
                port = 0
                address = "acme.example:7443"
                """);
        try (MemberCore core = open(NodeConfig.read(file))) {
            await(
                    "the other",
                    () -> core.ledger()
                            .endpoint(ACME)
                            .map(Endpoint::node)
                            .filter("acme.example:7443"::equals)
                            .isPresent());
        }
    }

    @Test
    void an_address_that_nobody_can_dial_is_refused() throws Exception {
        Path file = folder.resolve("thingstead.toml");
        for (String bad : List.of(
                "host = \"0.0.0.0\"",
                "host = \"::\"",
                "address = \"acme.example\"",
                "address = \"https://acme.example:7443\"",
                "address = \"acme.example:0\"",
                "address = \"acme.example:70000\"",
                "adress = \"acme.example:7443\"")) {
            Files.writeString(file, "member = \"acme\"\n[members]\n" + bad + "\n");
            assertThatThrownBy(() -> NodeConfig.read(file).membersAddress(7443))
                    .as(bad)
                    .isInstanceOf(NodeConfig.ConfigException.class);
        }
        Files.writeString(file, "member = \"acme\"\n[members]\nhost = \"::1\"\n");
        assertThat(NodeConfig.read(file).membersAddress(7443)).isEqualTo("[::1]:7443");
    }

    @Test
    void a_port_that_is_taken_is_said() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                MemberCore core = MemberCore.open(
                        folder,
                        config().withMembers("127.0.0.1", taken.getLocalPort()),
                        System::currentTimeMillis,
                        e -> {})) {
            assertThatThrownBy(core::start)
                    .isInstanceOf(NotListening.class)
                    .hasMessageContaining("cannot listen for other members on 127.0.0.1:" + taken.getLocalPort());
        }
    }
}
