package io.thingstead.node.strangers;

import io.thingstead.node.Programs;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/// `mosquitto_sub`, which stays and comes back, and `mosquitto_pub`, once for each message until one goes through; MQTT
/// 3.1.1 and 5.
final class MosquittoPrograms implements ForeignClient {
    private static final long PAUSE_MS = 300;

    private final Login login;
    private final Process subscriber;
    private final ExecutorService publisher = Executors.newSingleThreadExecutor();
    private volatile boolean closed;

    private MosquittoPrograms(Login login, Process subscriber) {
        this.login = login;
        this.subscriber = subscriber;
    }

    static ForeignClient connect(Login login, List<String> filters, Listener listener) throws Exception {
        Programs.need("mosquitto_pub");
        Programs.need("mosquitto_sub");
        List<String> command = command("mosquitto_sub", login, login.clientId());
        command.addAll(List.of("-q", "1", "-F", "%t %x"));
        filters.forEach(filter -> command.addAll(List.of("-t", filter)));
        Process subscriber = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        Thread.ofVirtual().start(() -> read(subscriber, listener));
        return new MosquittoPrograms(login, subscriber);
    }

    private static List<String> command(String program, Login login, String clientId) {
        List<String> command = new ArrayList<>(List.of(
                program,
                "-h",
                "127.0.0.1",
                "-p",
                Integer.toString(login.port()),
                "-V",
                login.isVersion5() ? "mqttv5" : "mqttv311",
                "-i",
                clientId,
                "-u",
                login.user()));
        if (!login.password().isEmpty()) {
            command.addAll(List.of("-P", login.password()));
        }
        return command;
    }

    private static void read(Process subscriber, Listener listener) {
        try (var lines =
                new BufferedReader(new InputStreamReader(subscriber.getInputStream(), StandardCharsets.US_ASCII))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                int space = line.indexOf(' ');
                listener.heard(line.substring(0, space), HexFormat.of().parseHex(line.substring(space + 1)));
            }
        } catch (IOException e) {
            // its process was ended
        }
    }

    @Override
    public boolean isConnected() {
        return true;
    }

    @Override
    public CompletableFuture<Void> publish(String topic, byte[] payload) {
        return CompletableFuture.runAsync(() -> publishUntilItIsTaken(topic, payload), publisher);
    }

    private void publishUntilItIsTaken(String topic, byte[] payload) {
        try {
            while (!published(topic, payload)) {
                if (closed) {
                    throw new IllegalStateException("closed");
                }
                Thread.sleep(PAUSE_MS);
            }
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException("mosquitto_pub cannot be run", e);
        }
    }

    private boolean published(String topic, byte[] payload) throws IOException, InterruptedException {
        List<String> command = command("mosquitto_pub", login, login.clientId() + "-pub");
        command.addAll(List.of("-q", "1", "-t", topic, "-s"));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        try (var out = process.getOutputStream()) {
            out.write(payload);
        }
        return process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0;
    }

    @Override
    public void close() {
        closed = true;
        publisher.shutdownNow();
        subscriber.destroy();
        subscriber.onExit().join();
    }
}
