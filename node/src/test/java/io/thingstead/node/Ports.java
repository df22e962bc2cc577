package io.thingstead.node;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;

/// Free ports of this machine, for programs that are told where to listen. They are below those that the system gives
/// to whoever connects, and each of several test processes has its own, so that nobody takes one between now and then,
/// or while a member is down.
public final class Ports {
    private static final int PROCESSES = 8;
    private static final int EACH = 1_300;
    private static final int FIRST = 21_500 + Integer.getInteger("test.fork", 0) % PROCESSES * EACH;
    private static final int LAST = FIRST + EACH - 1;
    private static int next = FIRST + (int) (ProcessHandle.current().pid() * 37 % (LAST - FIRST));

    private Ports() {}

    public static int free() throws IOException {
        return free(1).getFirst();
    }

    public static synchronized List<Integer> free(int count) throws IOException {
        List<Integer> found = new ArrayList<>();
        for (int tried = FIRST; tried <= LAST && found.size() < count; tried++) {
            next = next >= LAST ? FIRST : next + 1;
            if (isFree(next)) {
                found.add(next);
            }
        }
        if (found.size() < count) {
            throw new IOException("no " + count + " free ports");
        }
        return found;
    }

    /// The first of so many one after another.
    public static synchronized int inARow(int count) throws IOException {
        for (int attempt = 0; attempt < LAST - FIRST; attempt++) {
            List<Integer> found = free(count);
            if (found.getLast() - found.getFirst() == count - 1) {
                return found.getFirst();
            }
        }
        throw new IOException("no " + count + " free ports in a row");
    }

    private static boolean isFree(int port) {
        try (var socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }
}
