package io.thingstead.node.consensus.comet;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/// CometBFT's remote signer (`tendermint.privval`): CometBFT listens on a Unix socket, the node dials it and answers,
/// so that the engine key never leaves the node. Dials again whenever the connection ends.
final class RemoteSigner implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RemoteSigner.class);
    private static final int MAX_MESSAGE = 64 * 1024;
    private static final int REDIAL_MS = 20;
    private static final int REFUSED = 1;

    private final Path socket;
    private final Votes signer;
    private final Thread thread;
    private volatile boolean closed;
    private volatile @Nullable SocketChannel connection;

    RemoteSigner(Path socket, Votes signer) {
        this.socket = socket;
        this.signer = signer;
        this.thread = Thread.ofVirtual().name("comet-signer").unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    private void run() {
        try {
            while (!closed) {
                try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
                    channel.connect(UnixDomainSocketAddress.of(socket));
                    connection = channel;
                    serve(channel);
                } catch (IOException e) {
                    // The engine is not up yet, or is down.
                    Thread.sleep(REDIAL_MS);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void serve(SocketChannel channel) throws IOException {
        InputStream in = new BufferedInputStream(Channels.newInputStream(channel));
        OutputStream out = Channels.newOutputStream(channel);
        for (byte[] message = Delimited.read(in, MAX_MESSAGE);
                message != null;
                message = Delimited.read(in, MAX_MESSAGE)) {
            byte[] answer;
            try {
                answer = answer(message);
            } catch (ProtoMalformed e) {
                throw new IOException(
                        "the engine asks its signer in a way that is not understood: " + e.getMessage(), e);
            }
            out.write(ProtoWriter.delimited(answer));
            out.flush();
        }
    }

    /// The answer to a `tendermint.privval.Message`.
    byte[] answer(byte[] message) {
        ProtoReader in = new ProtoReader(message);
        if (!in.next()) {
            throw new ProtoMalformed("an empty message");
        }
        int field = in.field();
        ProtoReader body = in.message();
        return switch (field) {
            case 1 -> of(2, new ProtoWriter().message(1, new ProtoWriter().bytes(1, signer.publicKey())));
            case 3 -> of(4, signed(SignRequest.read(body, false)));
            case 5 -> of(6, signed(SignRequest.read(body, true)));
            case 7 -> of(8, new ProtoWriter());
            default -> throw new ProtoMalformed("message " + field);
        };
    }

    private ProtoWriter signed(SignRequest request) {
        EngineSigner.Answer answer = signer.sign(request);
        byte[] signed = answer.signed();
        if (signed != null) {
            return new ProtoWriter().element(1, signed);
        }
        LOG.atLevel(answer.isHeld() ? Level.DEBUG : Level.WARN)
                .log("the engine's signer refuses: {}", answer.refusal());
        ProtoWriter error = new ProtoWriter().number(1, REFUSED).text(2, String.valueOf(answer.refusal()));
        return new ProtoWriter().message(1, new ProtoWriter()).message(2, error);
    }

    private static byte[] of(int field, ProtoWriter body) {
        return new ProtoWriter().message(field, body).toBytes();
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
        SocketChannel open = connection;
        if (open != null) {
            try {
                open.close();
            } catch (IOException e) {
                LOG.debug("closing the signer's connection", e);
            }
        }
    }
}
