package io.thingstead.node.api;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.ssl.SslConnection;

/// Lets so many connections to the HTTP listener be and closes the others at once: each costs a file descriptor, which
/// the store needs too.
final class HttpConnections implements Connection.Listener {
    private static final int MOST = 4_000;
    private static final int MOST_OF_ADDRESS = 400;

    private final Admissions admissions = new Admissions(MOST, MOST_OF_ADDRESS);
    private final ConcurrentHashMap<Connection, InetAddress> admitted = new ConcurrentHashMap<>();

    @Override
    public void onOpened(Connection connection) {
        // What is inside an encrypted connection is no further one.
        if (connection.getEndPoint() instanceof SslConnection.SslEndPoint) return;
        InetAddress address = connection.getEndPoint().getRemoteSocketAddress() instanceof InetSocketAddress socket
                ? socket.getAddress()
                : InetAddress.getLoopbackAddress();
        if (admissions.enter(address)) {
            admitted.put(connection, address);
        } else {
            connection.close();
        }
    }

    @Override
    public void onClosed(Connection connection) {
        InetAddress address = admitted.remove(connection);
        if (address != null) {
            admissions.leave(address);
        }
    }

    int open() {
        return admissions.open();
    }
}
