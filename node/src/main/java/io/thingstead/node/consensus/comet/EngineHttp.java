package io.thingstead.node.consensus.comet;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import org.jspecify.annotations.Nullable;

/// Requests over HTTP/1.1 to the engine on the loopback interface, on connections that are used again, answered on the
/// asking thread. The JDK's client, which hands each request through several threads of its own, took a fifth of a
/// loaded node's processor time for this.
final class EngineHttp implements AutoCloseable {
    private static final int CONNECT_MS = 2_000;
    private static final int ANSWER_MS = 10_000;

    private final ConcurrentLinkedDeque<Connection> idle = new ConcurrentLinkedDeque<>();
    private final Set<Connection> open = ConcurrentHashMap.newKeySet();
    private volatile InetSocketAddress engine = address(0);
    private volatile boolean closed;

    private record Connection(Socket socket, InputStream in, OutputStream out) {}

    /// The engine takes requests on this port from now on. What was asked at the port before is not answered any more.
    void at(int port) {
        engine = address(port);
        open.forEach(this::discard);
    }

    private static InetSocketAddress address(int port) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    byte[] get(String path) throws IOException {
        return ask("GET /" + path + " HTTP/1.1\r\nHost: engine\r\n\r\n", new byte[0]);
    }

    byte[] post(byte[] json) throws IOException {
        return ask(
                "POST / HTTP/1.1\r\nHost: engine\r\nContent-Type: application/json\r\nContent-Length: " + json.length
                        + "\r\n\r\n",
                json);
    }

    private byte[] ask(String head, byte[] body) throws IOException {
        byte[] headBytes = head.getBytes(StandardCharsets.US_ASCII);
        byte[] request = new byte[headBytes.length + body.length];
        System.arraycopy(headBytes, 0, request, 0, headBytes.length);
        System.arraycopy(body, 0, request, headBytes.length, body.length);
        for (Connection used = idle.pollFirst(); used != null; used = idle.pollFirst()) {
            try {
                return exchange(used, request);
            } catch (EOFException | SocketException e) {
                // The engine closes what it has not heard of for a while. What is asked may be asked twice.
                discard(used);
            }
        }
        return exchange(connect(), request);
    }

    private Connection connect() throws IOException {
        Socket socket = new Socket();
        try {
            socket.connect(engine, CONNECT_MS);
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(ANSWER_MS);
            Connection made =
                    new Connection(socket, new BufferedInputStream(socket.getInputStream()), socket.getOutputStream());
            open.add(made);
            if (closed) {
                discard(made);
                throw new IOException("requests to the engine are closed");
            }
            return made;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    private byte[] exchange(Connection connection, byte[] request) throws IOException {
        @Nullable HttpAnswer answer = null;
        try {
            connection.out.write(request);
            answer = HttpAnswer.read(connection.in);
            return answer.body();
        } finally {
            if (answer == null || answer.isLast() || closed) {
                discard(connection);
            } else {
                idle.addFirst(connection);
            }
        }
    }

    private void discard(Connection connection) {
        open.remove(connection);
        try {
            connection.socket.close();
        } catch (IOException e) {
            // It is of no use any more.
            return;
        }
    }

    /// Whoever waits for an answer gets an IOException.
    @Override
    public void close() {
        closed = true;
        open.forEach(this::discard);
    }
}
