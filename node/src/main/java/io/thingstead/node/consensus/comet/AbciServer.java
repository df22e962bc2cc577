package io.thingstead.node.consensus.comet;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Listens on a Unix socket for CometBFT, which opens four connections (consensus, pool, queries, snapshots) and on
/// each
/// awaits the answers in the order of its requests. One virtual thread a connection; answers are flushed when asked
/// for.
final class AbciServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AbciServer.class);
    /// Blocks have at most 1 MiB, chunks of snapshots 192 KiB.
    private static final int MAX_MESSAGE = 16 << 20;

    private static final int MAX_CONNECTIONS = 16;

    private final Path socket;
    private final Function<AbciRequest, byte[]> answers;
    private final ServerSocketChannel listener;
    private final Consumer<Throwable> onFailure;
    private final Set<SocketChannel> connections = ConcurrentHashMap.newKeySet();
    private final Thread thread;

    /// Binds; answers come once started.
    ///
    /// @param onFailure told when an answer fails
    AbciServer(Path socket, Function<AbciRequest, byte[]> answers, Consumer<Throwable> onFailure) {
        this.socket = socket;
        this.answers = answers;
        this.onFailure = onFailure;
        try {
            Files.deleteIfExists(socket);
            listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
            listener.bind(UnixDomainSocketAddress.of(socket));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot listen for the engine on " + socket, e);
        }
        thread = Thread.ofVirtual().name("comet-abci").unstarted(this::accept);
    }

    void start() {
        thread.start();
    }

    private void accept() {
        try {
            while (true) {
                SocketChannel connection = listener.accept();
                if (connections.size() >= MAX_CONNECTIONS) {
                    connection.close();
                    continue;
                }
                connections.add(connection);
                Thread.ofVirtual().name("comet-abci-connection").start(() -> serve(connection));
            }
        } catch (IOException e) {
            LOG.debug("the listener for the engine ends: {}", e.toString());
        }
    }

    private void serve(SocketChannel connection) {
        try (connection) {
            InputStream in = new BufferedInputStream(Channels.newInputStream(connection), 1 << 16);
            OutputStream out = new BufferedOutputStream(Channels.newOutputStream(connection), 1 << 16);
            for (byte[] message = Delimited.read(in, MAX_MESSAGE);
                    message != null;
                    message = Delimited.read(in, MAX_MESSAGE)) {
                AbciRequest request = AbciRequest.decode(message);
                out.write(ProtoWriter.delimited(answers.apply(request)));
                if (request instanceof AbciRequest.Flush) {
                    out.flush();
                }
            }
        } catch (IOException e) {
            LOG.debug("a connection of the engine ends: {}", e.toString());
        } catch (ProtoMalformed e) {
            LOG.error("the engine speaks another protocol: {}", e.getMessage());
        } catch (Throwable e) {
            // Without an answer the engine ends: a ledger that may be wrong must not go on.
            onFailure.accept(e);
        } finally {
            connections.remove(connection);
        }
    }

    @Override
    public void close() {
        try {
            listener.close();
            for (SocketChannel connection : connections) {
                connection.close();
            }
            Files.deleteIfExists(socket);
        } catch (IOException e) {
            LOG.debug("closing the listener for the engine", e);
        }
    }
}
