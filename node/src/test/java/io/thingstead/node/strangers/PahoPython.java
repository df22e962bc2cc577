package io.thingstead.node.strangers;

import io.thingstead.node.Programs;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/// Eclipse Paho for Python, MQTT 3.1.1 and 5, in a process that is told by lines what to publish.
final class PahoPython implements ForeignClient {
    private static final Path SCRIPT = Path.of(
            System.getProperty("project.root", ".."),
            "node",
            "src",
            "test",
            "resources",
            "strangers",
            "paho_client.py");
    private static final HexFormat HEX = HexFormat.of();

    private final Process process;
    private final PrintWriter commands;
    private final Listener listener;
    private final CompletableFuture<Void> connected = new CompletableFuture<>();
    private final Map<Long, CompletableFuture<Void>> unacknowledged = new ConcurrentHashMap<>();
    private long published;
    private volatile boolean isConnected;

    private PahoPython(Process process, Listener listener) {
        this.process = process;
        this.listener = listener;
        this.commands = new PrintWriter(process.getOutputStream(), true, StandardCharsets.US_ASCII);
    }

    static ForeignClient connect(Login login, List<String> filters, Listener listener) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Programs.python("paho.mqtt"),
                SCRIPT.toString(),
                Integer.toString(login.port()),
                login.isVersion5() ? "5" : "3",
                login.clientId(),
                login.user(),
                login.password()));
        command.addAll(filters);
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        PahoPython client = new PahoPython(process, listener);
        Thread.ofVirtual().start(client::read);
        client.connected.get(20, TimeUnit.SECONDS);
        return client;
    }

    private void read() {
        try (var lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                String[] words = line.split(" ", -1);
                switch (words[0]) {
                    case "connected" -> {
                        isConnected = true;
                        connected.complete(null);
                    }
                    case "disconnected" -> isConnected = false;
                    case "acknowledged" ->
                        unacknowledged.remove(Long.parseLong(words[1])).complete(null);
                    case "refused" ->
                        unacknowledged.remove(Long.parseLong(words[1])).completeExceptionally(new IOException(line));
                    case "heard" -> listener.heard(words[1], HEX.parseHex(words[2]));
                    default -> throw new AssertionError("the script says: " + line);
                }
            }
        } catch (IOException e) {
            isConnected = false; // its process was ended
        }
        connected.completeExceptionally(new IOException("the script has ended"));
    }

    @Override
    public boolean isConnected() {
        return isConnected;
    }

    @Override
    public synchronized CompletableFuture<Void> publish(String topic, byte[] payload) {
        var done = new CompletableFuture<Void>();
        unacknowledged.put(++published, done);
        commands.println(published + " " + topic + " " + HEX.formatHex(payload));
        return done;
    }

    @Override
    public void close() {
        process.destroy();
        process.onExit().join();
    }
}
