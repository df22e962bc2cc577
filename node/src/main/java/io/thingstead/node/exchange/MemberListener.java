package io.thingstead.node.exchange;

import io.thingstead.kit.model.MemberId;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.security.cert.X509Certificate;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLSocket;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Where other members connect. A connection first proves a member's key, within a bounded time and among a bounded
/// number of others; then it asks, at a bounded rate, and is answered as long as its key counts.
final class MemberListener implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(MemberListener.class);
    private static final int BACKLOG = 128;
    private static final long PAUSE_MS = 100;

    private final MemberTls tls;
    private final PinnedKeys keys;
    private final Routes routes;
    private final Deadlines deadlines;
    private final ExchangeSettings settings;
    private final ServerSocket server;
    private final Bounds<InetAddress> strangers;
    private final Bounds<MemberId> members;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    MemberListener(MemberTls tls, PinnedKeys keys, Routes routes, Deadlines deadlines, ExchangeSettings settings) {
        this.tls = tls;
        this.keys = keys;
        this.routes = routes;
        this.deadlines = deadlines;
        this.settings = settings;
        this.strangers = new Bounds<>(
                settings.strangers(), settings.strangersOfAddress(), settings.handshakesPerSecond(), System::nanoTime);
        this.members =
                new Bounds<>(Integer.MAX_VALUE, settings.ofMember(), settings.requestsPerSecond(), System::nanoTime);
        try {
            server = new ServerSocket();
            server.setReuseAddress(true);
            server.bind(new InetSocketAddress(settings.host(), settings.port()), BACKLOG);
        } catch (IOException e) {
            throw new NotListening(settings.host(), settings.port(), e);
        }
        Thread.ofPlatform().name("members-accept").daemon().start(this::accept);
    }

    int port() {
        return server.getLocalPort();
    }

    /// Connections that proved a member's key.
    int openOfMembers() {
        return members.open();
    }

    /// Connections that have proven nothing yet.
    int openOfStrangers() {
        return strangers.open();
    }

    private void accept() {
        while (!closed) {
            try {
                Socket raw = server.accept();
                if (strangers.mayAsk(raw.getInetAddress()) && strangers.enter(raw.getInetAddress())) {
                    open.add(raw);
                    Thread.ofVirtual().name("member-connection").start(() -> serve(raw));
                } else {
                    Deadlines.quietly(raw);
                }
            } catch (IOException e) {
                if (!closed) {
                    // No more descriptors, or the peer was gone at once: neither ends the listener.
                    LOG.warn("a member's connection was not taken: {}", e.toString());
                    pause();
                }
            }
        }
    }

    private static void pause() {
        try {
            Thread.sleep(PAUSE_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void serve(Socket raw) {
        try (raw) {
            SSLSocket socket = shakeHands(raw);
            X509Certificate certificate = MemberTls.peer(socket);
            MemberId member = keys.memberOf(certificate)
                    .or(() -> keys.removedOf(certificate))
                    .orElse(null);
            if (member == null || closed) {
                return;
            }
            if (!members.enter(member)) {
                send(raw, socket, MemberAnswer.no(503, "too many connections of " + member), true);
                return;
            }
            try {
                answer(raw, socket, certificate, member);
            } finally {
                members.leave(member);
            }
        } catch (IOException e) {
            // Every stranger can cause it: worth a word only to who looks for it.
            LOG.debug("a connection ended: {}", e.toString());
        } catch (RuntimeException e) {
            LOG.error("a connection of another member failed", e);
        } finally {
            open.remove(raw);
        }
    }

    private SSLSocket shakeHands(Socket raw) throws IOException {
        try (var _ = deadlines.within(raw, settings.handshakeMillis())) {
            raw.setTcpNoDelay(true);
            return tls.called(raw);
        } finally {
            strangers.leave(raw.getInetAddress());
        }
    }

    private void answer(Socket raw, SSLSocket socket, X509Certificate certificate, MemberId member) throws IOException {
        InputStream in = new BufferedInputStream(socket.getInputStream());
        boolean last = false;
        while (!last && !closed) {
            MemberAnswer answer;
            try {
                MemberRequest request = next(raw, in);
                if (request == null) {
                    return;
                }
                last = request.isLast();
                boolean wasRemoved =
                        keys.removedOf(certificate).filter(member::equals).isPresent();
                if (!wasRemoved && !keys.isKeyOf(member, certificate)) {
                    answer = MemberAnswer.no(403, "this key is no member's any more");
                    last = true;
                } else if (!members.mayAsk(member)) {
                    answer = MemberAnswer.no(
                            503, "too many questions: at most " + settings.requestsPerSecond() + " a second");
                } else {
                    answer = wasRemoved
                            ? routes.answerRemoved(member, request.path())
                            : routes.answer(member, request.path());
                }
            } catch (HttpMalformed e) {
                answer = MemberAnswer.no(e.status(), String.valueOf(e.getMessage()));
                last = true;
            }
            send(raw, socket, answer, last);
        }
    }

    private @org.jspecify.annotations.Nullable MemberRequest next(Socket raw, InputStream in) throws IOException {
        int first;
        try (var _ = deadlines.within(raw, settings.idleMillis())) {
            first = in.read();
        }
        if (first < 0) {
            return null;
        }
        try (var _ = deadlines.within(raw, settings.requestMillis())) {
            return MemberRequest.read(first, in);
        }
    }

    private void send(Socket raw, SSLSocket socket, MemberAnswer answer, boolean last) throws IOException {
        try (var _ = deadlines.within(raw, settings.answerMillis())) {
            AnswerBytes.write(socket.getOutputStream(), answer, last);
            if (last) {
                socket.shutdownOutput();
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        try {
            server.close();
        } catch (IOException e) {
            LOG.debug("closing the listener: {}", e.toString());
        }
        open.forEach(Deadlines::quietly);
    }
}
