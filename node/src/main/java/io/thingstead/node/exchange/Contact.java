package io.thingstead.node.exchange;

import io.thingstead.kit.model.MemberId;
import io.thingstead.node.ledger.Endpoint;
import io.thingstead.node.ledger.LedgerReader;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.Deque;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/// One other member as this one reaches it: a few connections that are kept for the next questions, each proven to be
/// with that member's key; and a rest after failures, within which questions fail at once.
final class Contact implements AutoCloseable {
    private static final int CONNECTIONS = 4;
    private static final int CONNECT_MS = 3_000;
    private static final long HANDSHAKE_MS = 5_000;
    private static final long ANSWER_MS = 30_000;
    private static final long WAIT_MS = 10_000;
    /// Less than the other side keeps an idle connection.
    private static final long IDLE_NS = 30_000_000_000L;
    private static final long FIRST_REST_MS = 200;
    private static final long LONGEST_REST_MS = 5_000;

    private final MemberId member;
    private final MemberTls tls;
    private final PinnedKeys keys;
    private final LedgerReader ledger;
    private final Deadlines deadlines;
    private final Semaphore permits = new Semaphore(CONNECTIONS);
    private final Deque<Line> idle = new ConcurrentLinkedDeque<>();
    private final Set<Line> lines = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;
    private int failures;
    private long restsUntilNs;
    private String lastFailure = "";

    Contact(MemberId member, MemberTls tls, PinnedKeys keys, LedgerReader ledger, Deadlines deadlines) {
        this.member = member;
        this.tls = tls;
        this.keys = keys;
        this.ledger = ledger;
        this.deadlines = deadlines;
    }

    /// A connection with the key that the other side proved.
    private record Line(
            String address, Socket raw, SSLSocket socket, InputStream in, X509Certificate peer, long[] usedNs) {
        boolean isFresh() {
            return System.nanoTime() - usedNs[0] < IDLE_NS;
        }
    }

    MemberAnswer ask(String path, int maxBytes) {
        String address = ledger.endpoint(member)
                .map(Endpoint::node)
                .orElseThrow(() -> new MemberUnreachable(member, "it has not said where it is reached"));
        requireAwake();
        try {
            if (!permits.tryAcquire(WAIT_MS, TimeUnit.MILLISECONDS)) {
                throw new MemberUnreachable(member, "too many questions are waiting for it");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new MemberUnreachable(member, "interrupted", e);
        }
        try {
            MemberAnswer answer = ask(address, path, maxBytes);
            recovered();
            return answer;
        } catch (AnswerBytes.TooLong e) {
            throw new MemberUnreachable(member, "it " + e.getMessage(), e);
        } catch (IOException e) {
            failed(e);
            throw new MemberUnreachable(member, String.valueOf(e.getMessage()), e);
        } finally {
            permits.release();
        }
    }

    private MemberAnswer ask(String address, String path, int maxBytes) throws IOException {
        for (Line kept = idle.poll(); kept != null; kept = idle.poll()) {
            if (!kept.isFresh() || !kept.address.equals(address) || !keys.isKeyOf(member, kept.peer)) {
                drop(kept);
                continue;
            }
            try {
                return ask(kept, path, maxBytes);
            } catch (AnswerBytes.TooLong | Late e) {
                throw e;
            } catch (IOException e) {
                // The other side may have let it go meanwhile. A question changes nothing: ask again.
                break;
            }
        }
        return ask(dial(address), path, maxBytes);
    }

    /// An answer that did not come in time.
    private static final class Late extends IOException {
        private static final long serialVersionUID = 1;

        Late(String text, IOException cause) {
            super(text, cause);
        }
    }

    private Line dial(String address) throws IOException {
        int colon = address.lastIndexOf(':');
        String host = address.substring(0, colon);
        int port = Integer.parseInt(address, colon + 1, address.length(), 10);
        Socket raw = new Socket();
        boolean done = false;
        try (var step = deadlines.within(raw, CONNECT_MS + HANDSHAKE_MS)) {
            raw.connect(new InetSocketAddress(host, port), CONNECT_MS);
            raw.setTcpNoDelay(true);
            SSLSocket socket = tls.calling(raw);
            X509Certificate peer = MemberTls.peer(socket);
            if (!keys.isKeyOf(member, peer)) {
                throw new IOException(address + " proved another member's key");
            }
            var line =
                    new Line(address, raw, socket, new BufferedInputStream(socket.getInputStream()), peer, new long[] {
                        System.nanoTime()
                    });
            lines.add(line);
            done = !closed && !step.isPassed();
            if (!done) {
                drop(line);
                throw new IOException("closed");
            }
            return line;
        } finally {
            if (!done) {
                Deadlines.quietly(raw);
            }
        }
    }

    private MemberAnswer ask(Line line, String path, int maxBytes) throws IOException {
        boolean keep = false;
        var step = deadlines.within(line.raw, ANSWER_MS);
        try (step) {
            line.socket
                    .getOutputStream()
                    .write(("GET " + path + " HTTP/1.1\r\nHost: " + member + "\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            AnswerBytes.Received received = AnswerBytes.read(line.in, maxBytes);
            if (!keys.isKeyOf(member, line.peer)) {
                throw new IOException("its key was changed meanwhile");
            }
            keep = !received.isLast() && !closed;
            return received.answer();
        } catch (IOException e) {
            throw step.isPassed() ? new Late("no answer within " + ANSWER_MS / 1_000 + " s", e) : e;
        } finally {
            if (keep) {
                line.usedNs[0] = System.nanoTime();
                idle.push(line);
            } else {
                drop(line);
            }
        }
    }

    private void drop(Line line) {
        lines.remove(line);
        Deadlines.quietly(line.raw);
    }

    private synchronized void requireAwake() {
        if (failures > 0 && System.nanoTime() - restsUntilNs < 0) {
            throw new MemberUnreachable(member, lastFailure);
        }
    }

    private synchronized void failed(@Nullable Exception e) {
        long rest = Math.min(LONGEST_REST_MS, FIRST_REST_MS << Math.min(failures, 10));
        failures++;
        restsUntilNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(rest);
        lastFailure = e == null ? "" : String.valueOf(e.getMessage());
    }

    private synchronized void recovered() {
        failures = 0;
    }

    @Override
    public void close() {
        closed = true;
        lines.forEach(this::drop);
    }
}
