package io.thingstead.node.consensus.comet;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.thingstead.kit.Seeded;
import io.thingstead.node.Ports;
import io.thingstead.node.Programs;
import io.thingstead.node.consensus.comet.CometNetwork.Member;
import io.thingstead.node.storage.MemoryStore;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What strangers send to the port that a member's engine opens to the others, with real engines: garbage, slow bytes,
/// a
/// flood of connections, and an engine of somebody who is no member. The members agree all the while.
class HostilePeersE2E {
    private static final long WAIT_S = 90;
    /// CometBFT gives a peer 3 s for each half of its handshake; the machine may be busy.
    private static final int HANDSHAKE_MS = 30_000;
    private static final int INBOUND = 100;
    private static final Pattern RPC = Pattern.compile("(?s)\\[rpc\\]\\s+laddr = \"tcp://127\\.0\\.0\\.1:([0-9]+)\"");
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path folder;

    private final Random random = Seeded.random(HostilePeersE2E.class);
    private CometNetwork network;
    private int submitted;

    @BeforeEach
    void start() throws Exception {
        network = new CometNetwork(Programs.engine(), 4, folder, _ -> new MemoryStore());
        network.start();
        assertAgreeing();
    }

    @AfterEach
    void stop() {
        network.close();
        assertThat(network.failures()).isEmpty();
    }

    private void assertAgreeing() throws Exception {
        for (int at = 0; at < 4; at++) {
            byte[] transaction = network.registration("m1:box-" + submitted++);
            assertThat(network.member(at)
                            .engine()
                            .submit(transaction)
                            .get(WAIT_S, TimeUnit.SECONDS)
                            .happened())
                    .isTrue();
        }
    }

    private static void await(String what, Callable<Boolean> condition) throws Exception {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(WAIT_S);
        while (!condition.call()) {
            assertThat(System.nanoTime()).as(what).isLessThan(until);
            Thread.sleep(100);
        }
    }

    private static Socket connected(String from, Member to) throws IOException {
        int colon = to.address.lastIndexOf(':');
        Socket socket = new Socket();
        socket.bind(new InetSocketAddress(from, 0));
        socket.connect(
                new InetSocketAddress("127.0.0.1", Integer.parseInt(to.address.substring(colon + 1))), HANDSHAKE_MS);
        socket.setSoTimeout(HANDSHAKE_MS);
        return socket;
    }

    /// Reads what comes until the engine has had enough.
    private static void awaitEnd(Socket socket) throws IOException {
        InputStream in = socket.getInputStream();
        try {
            while (in.read() >= 0) {
                Thread.onSpinWait();
            }
        } catch (java.net.SocketTimeoutException e) {
            throw new AssertionError("the engine keeps a connection that proves nothing", e);
        } catch (IOException e) {
            // Reset: an end, too.
        }
    }

    @Test
    void garbage_silence_and_slow_bytes_end_and_the_members_agree_all_the_while() throws Exception {
        Queue<Throwable> kept = new ConcurrentLinkedQueue<>();
        List<Thread> hostile = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            Member victim = network.member(i % 4);
            byte[] garbage = Seeded.bytes(random, 1 + random.nextInt(3_000));
            int kind = i % 3;
            hostile.add(Thread.ofVirtual().start(() -> {
                try (Socket socket = connected("127.0.0.1", victim)) {
                    if (kind == 0) {
                        socket.getOutputStream().write(garbage);
                    } else if (kind == 1) {
                        drip(socket, garbage);
                    }
                    awaitEnd(socket);
                } catch (IOException e) {
                    // Closed while more was sent.
                } catch (Throwable e) {
                    kept.add(e);
                }
            }));
        }
        while (hostile.stream().anyMatch(Thread::isAlive)) {
            assertAgreeing();
        }
        assertThat(kept).isEmpty();
    }

    private static void drip(Socket socket, byte[] bytes) throws IOException, InterruptedException {
        for (byte b : bytes) {
            socket.getOutputStream().write(b);
            Thread.sleep(100);
        }
    }

    private static long sockets(long pid) throws IOException {
        try (Stream<Path> descriptors = Files.list(Path.of("/proc/" + pid + "/fd"))) {
            return descriptors
                    .filter(descriptor -> {
                        try {
                            return Files.readSymbolicLink(descriptor).toString().startsWith("socket:");
                        } catch (IOException e) {
                            return false;
                        }
                    })
                    .count();
        }
    }

    @Test
    void a_flood_of_connections_takes_bounded_room_and_passes() throws Exception {
        Member victim = network.member(0);
        long usual = sockets(victim.enginePid());
        var ends = new AtomicBoolean();
        var made = new AtomicInteger();
        List<Thread> flood = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            String from = "127.0.0." + (2 + i % 50);
            flood.add(Thread.ofVirtual().start(() -> {
                while (!ends.get()) {
                    try (Socket socket = connected(from, victim)) {
                        made.incrementAndGet();
                        awaitEnd(socket);
                    } catch (IOException | AssertionError e) {
                        // One that waits behind the others.
                    }
                }
            }));
        }
        long most = 0;
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (System.nanoTime() < until) {
            most = Math.max(most, sockets(victim.enginePid()));
            assertAgreeing();
        }
        ends.set(true);
        System.out.println(made + " connections, at most " + most + " sockets at once, " + usual + " before");
        assertThat(made.get()).isGreaterThan(2 * INBOUND);
        // A closed connection's place is given away before its descriptor is: some more may be counted.
        assertThat(most).isBetween(usual + 20, usual + INBOUND + 60);
        network.member(1).stop();
        network.member(1).restart();
        assertAgreeing();
        for (Thread thread : flood) {
            thread.join();
        }
    }

    private static JsonNode asked(int rpcPort, String what) throws IOException {
        URI uri = URI.create("http://127.0.0.1:" + rpcPort + "/" + what);
        try (InputStream answer = uri.toURL().openStream()) {
            return JSON.readTree(answer).path("result");
        }
    }

    private static List<String> peers(int rpcPort) throws IOException {
        List<String> ids = new ArrayList<>();
        asked(rpcPort, "net_info")
                .path("peers")
                .forEach(peer -> ids.add(peer.path("node_info").path("id").asText()));
        return ids;
    }

    private static int rpcPort(Member member) throws IOException {
        var found = RPC.matcher(Files.readString(member.home.resolve("config/config.toml")));
        assertThat(found.find()).isTrue();
        return Integer.parseInt(found.group(1));
    }

    @Test
    void the_engine_of_a_stranger_is_refused() throws Exception {
        String program = Programs.engine().toString();
        Path home = folder.resolve("stranger");
        Programs.run(program, "init", "--home", home.toString());
        String id =
                Programs.run(program, "show-node-id", "--home", home.toString()).strip();
        Files.copy(
                network.member(0).home.resolve("config/genesis.json"),
                home.resolve("config/genesis.json"),
                StandardCopyOption.REPLACE_EXISTING);
        speakAsMembers(home.resolve("config/config.toml"));
        int rpc = Ports.free();
        Process stranger = stranger(home, rpc);
        try {
            await("the stranger runs", () -> isUp(rpc));
            for (Member member : network.members()) {
                await("the members are connected", () -> peers(rpcPort(member)).size() == 3);
            }
            for (int i = 0; i < 10; i++) {
                assertAgreeing();
                for (Member member : network.members()) {
                    assertThat(peers(rpcPort(member))).doesNotContain(id).hasSize(3);
                }
                Thread.sleep(500);
            }
            assertThat(asked(rpc, "status")
                            .path("sync_info")
                            .path("latest_block_height")
                            .asLong())
                    .as("it learns no block")
                    .isZero();
        } finally {
            stranger.destroyForcibly();
            stranger.waitFor();
        }
        // The same engine, once the node knows it: it was the node's word that kept it out.
        network.welcome(id);
        Process known = stranger(home, rpc);
        try {
            await("it is in", () -> isPeerOfAMember(id));
        } finally {
            known.destroyForcibly();
            known.waitFor();
        }
        assertAgreeing();
    }

    private boolean isPeerOfAMember(String id) throws IOException {
        for (Member member : network.members()) {
            if (peers(rpcPort(member)).contains(id)) {
                return true;
            }
        }
        return false;
    }

    /// An engine takes shorter packets than the members' send by default, and one peer only of each address.
    private void speakAsMembers(Path config) throws IOException {
        String setting = "max_packet_msg_payload_size = ";
        String members = Files.readAllLines(network.member(0).home.resolve("config/config.toml")).stream()
                .filter(line -> line.startsWith(setting))
                .findFirst()
                .orElseThrow();
        Files.writeString(
                config,
                Files.readString(config)
                        .replaceAll(setting + "\\d+", members)
                        .replace("allow_duplicate_ip = false", "allow_duplicate_ip = true"));
    }

    /// An engine of the members' chain without a member: real, but with nothing behind it.
    private Process stranger(Path home, int rpc) throws IOException {
        return new ProcessBuilder(
                        Programs.engine().toString(),
                        "start",
                        "--home",
                        home.toString(),
                        "--proxy_app",
                        "noop",
                        "--rpc.laddr",
                        "tcp://127.0.0.1:" + rpc,
                        "--p2p.laddr",
                        "tcp://127.0.0.1:" + Ports.free(),
                        "--p2p.persistent_peers",
                        String.join(
                                ",",
                                network.members().stream().map(Member::peer).toList()))
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("stranger.log").toFile())
                .start();
    }

    private static boolean isUp(int rpcPort) {
        try {
            return !asked(rpcPort, "status").isMissingNode();
        } catch (IOException e) {
            return false;
        }
    }
}
