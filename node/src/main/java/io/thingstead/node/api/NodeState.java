package io.thingstead.node.api;

import io.thingstead.node.openapi.Says;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a node is, what it listens on and what it has, as its wiring knows it.
public record NodeState(
        @Says("of the program") String version,
        @Says("of the data folder") int folderVersion,

        @Says("of the copy from before an upgrade; absent when none is kept") @Nullable
        Integer keptVersion,

        @Says("under which its logs are named") String domain,
        @Says("when it was started") long startedMs,
        List<Listener> listeners,

        @Says("absent where nothing is spoken with TLS") @Nullable
        Certificate tls,

        @Says("whether people sign in to ask over HTTP") boolean signIn,
        Disk disk,
        Memory memory,

        @Says("when the last backup was made; absent before the first") @Nullable
        Long backupMs) {

    public NodeState {
        listeners = List.copyOf(listeners);
    }

    /// @param table where `thingstead.toml` says it
    public record Listener(
            @Says("for whom") String name,
            String host,
            int port,
            boolean tls,

            @Says("the table of thingstead.toml that sets it")
            String table) {
        /// Whether other machines can reach it.
        boolean isOpen() {
            return !HttpServer.isLoopback(host);
        }
    }

    public record Certificate(
            @Says("SHA-256 of the certificate that is shown now")
            String fingerprint,

            @Says("when it ends") long endsMs) {}

    public record Disk(
            @Says("room left on the disk of the data folder")
            long freeBytes,

            @Says("below this no reading is accepted") long reserveBytes,
            @Says("tables of the store") long storeBytes) {}

    public record Memory(
            @Says("of this process, without the engine's; absent where the system does not tell") @Nullable
            Long residentBytes,

            @Says("of the Java heap in use") long heapBytes,
            @Says("that the Java heap may have") long heapMostBytes) {}
}
