package io.thingstead.node;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.thingstead.kit.model.Refusal;
import io.thingstead.node.api.Access;
import io.thingstead.node.api.Health;
import io.thingstead.node.api.HealthRoutes;
import io.thingstead.node.api.HeldVotesRoutes;
import io.thingstead.node.api.HttpCounters;
import io.thingstead.node.api.HttpServer;
import io.thingstead.node.api.Notice;
import io.thingstead.node.api.WaitingRoutes;
import io.thingstead.node.consensus.ConsensusEngine;
import io.thingstead.node.ledger.LedgerReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;

/// What is to be reached of a node whose log is not open yet, since it waits for the ledger's word: the operator may
/// let it vote again, for without its vote that word may never come. Everything else is told why it waits.
final class WaitingNode implements AutoCloseable {
    private final Path folder;
    private final HttpServer http;

    private final Tls tls;

    private WaitingNode(Path folder, HttpServer http, Tls tls) {
        this.folder = folder;
        this.http = http;
        this.tls = tls;
    }

    /// Listens where the node will, and says so in its folder.
    static WaitingNode open(
            Path folder, NodeConfig config, LedgerReader ledger, ConsensusEngine engine, VoteAgain votes) {
        Supplier<String> why =
                () -> "this member's next log is not open yet: it waits for the ledger, which is at block "
                        + ledger.head().height()
                        + engine.holdsBack().map(held -> "; " + held).orElse("");
        var listen = config.httpListen();
        var tls = Tls.open(folder, config, System::currentTimeMillis);
        var server = HttpServer.start(
                tls.http(config),
                List.of(
                        new WaitingRoutes(why)::register,
                        new HeldVotesRoutes(votes)::register,
                        new HealthRoutes(new Waiting(why))::register),
                new Access(NodeFiles.adminToken(folder), config.signIn(), null),
                new HttpCounters(new SimpleMeterRegistry()));
        var waiting = new WaitingNode(folder, server, tls);
        try {
            tls.say(
                    folder,
                    () -> new NodeFiles.Address(
                            tls.scheme() + listen.hostOrLoopback() + ":" + server.port() + "/",
                            config.mqttListen().hostOrLoopback(),
                            0,
                            0,
                            tls.fingerprint().orElse("")));
        } catch (RuntimeException e) {
            server.close();
            throw e;
        }
        // Nothing else takes it away where the process is ended meanwhile.
        folder.resolve(NodeFiles.ADDRESS).toFile().deleteOnExit();
        return waiting;
    }

    /// To wait is no reason to start anew, but no reading can be taken.
    private record Waiting(Supplier<String> why) implements Health {
        @Override
        public List<Notice> mustRestart() {
            return List.of();
        }

        @Override
        public List<Notice> refusesReadings() {
            return List.of(new Notice(Refusal.BUSY.code(), why.get()));
        }
    }

    @Override
    public void close() {
        try {
            NodeFiles.removeAddress(folder);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot remove " + folder.resolve(NodeFiles.ADDRESS), e);
        } finally {
            http.close();
            tls.close();
        }
    }
}
