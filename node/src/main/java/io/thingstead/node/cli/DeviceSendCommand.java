package io.thingstead.node.cli;

import io.thingstead.kit.crypto.SigningKey;
import io.thingstead.kit.device.Device;
import io.thingstead.kit.device.FrameBuffer;
import io.thingstead.kit.device.HttpLink;
import io.thingstead.kit.frame.FrameSigner;
import io.thingstead.kit.frame.SenMlEncoder.Measurement;
import io.thingstead.kit.model.LedgerId;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `thingstead device send`: measures by hand, signed with a device's own key, as the device would.
@Command(
        name = "send",
        description = {
            "Signs readings with a device's key and sends them to the running node, as the device would.",
            "thingstead device send --key box.pem temperature=5.2:Cel arrived=1"
        },
        mixinStandardHelpOptions = true)
final class DeviceSendCommand implements Callable<Integer> {
    private static final int BUFFER_BYTES = 4 << 20;
    private static final long GIVE_UP_MS = 60_000;

    @Parameters(
            paramLabel = "NAME=NUMBER[:UNIT]",
            arity = "1..*",
            description = "What was measured; all of it is one frame.")
    private List<String> readings = new ArrayList<>();

    @Option(
            names = "--key",
            paramLabel = "FILE",
            required = true,
            description = "The device's key. What it sent is remembered beside it, in FILE.frames.")
    private Path key = Path.of("");

    @Option(names = "--times", paramLabel = "N", description = "Measure so many times (default: once).")
    private int times = 1;

    @Option(names = "--every", paramLabel = "SECONDS", description = "How long to wait between (default: 1).")
    private double every = 1;

    @Mixin
    private DataOption data = new DataOption();

    @Spec
    private @Nullable CommandSpec spec;

    /// Tells what became of each frame.
    private static final class Told implements Device.Listener {
        private final PrintWriter out;
        private boolean refused;

        Told(PrintWriter out) {
            this.out = out;
        }

        @Override
        public void accepted(long n) {
            out.println("frame " + n + " is on the node's disk");
            out.flush();
        }

        @Override
        public void refused(long n, String code, String text) {
            refused = true;
            out.println("frame " + n + " was refused: " + code + ": " + text);
            out.flush();
        }
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (!Files.exists(key)) {
            throw new RunningNode.NodeException(
                    "no key " + key + ". Make one with its device: thingstead device add NAME --key " + key);
        }
        PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
        RunningNode node = data.node();
        LedgerId ledger = LedgerId.ofHex(
                node.getJson("/api/status").path("ledger").path("id").asText());
        Told told = new Told(out);
        try (HttpClient http = HttpClient.newHttpClient();
                FrameBuffer buffer =
                        FrameBuffer.open(key.resolveSibling(key.getFileName() + ".frames"), BUFFER_BYTES)) {
            HttpLink link = new HttpLink(http, node.http());
            Device device =
                    new Device(FrameSigner.of(ledger, SigningKey.load(key)), buffer, Device.Order.OLDEST_FIRST, told);
            for (int i = 0; i < times; i++) {
                if (i > 0) {
                    Thread.sleep((long) (every * 1_000));
                }
                device.measured(measured(System.currentTimeMillis()));
                sendAll(device, link);
            }
        }
        return told.refused ? 1 : 0;
    }

    private static void sendAll(Device device, HttpLink link) throws InterruptedException {
        long until = System.currentTimeMillis() + GIVE_UP_MS;
        while (device.waiting() > 0) {
            device.pump(link, System.currentTimeMillis());
            Thread.sleep(10);
            if (System.currentTimeMillis() > until) {
                throw new RunningNode.NodeException(
                        "the node does not take them; they wait in the device's buffer for the next time");
            }
        }
    }

    private List<Measurement> measured(long now) {
        return readings.stream().map(reading -> measured(reading, now)).toList();
    }

    private static Measurement measured(String reading, long now) {
        int equals = reading.indexOf('=');
        int colon = reading.indexOf(':', equals);
        try {
            if (equals < 1) {
                throw new NumberFormatException("no =");
            }
            double value = Double.parseDouble(reading.substring(equals + 1, colon < 0 ? reading.length() : colon));
            return Measurement.of(
                    reading.substring(0, equals), colon < 0 ? null : reading.substring(colon + 1), value, now);
        } catch (NumberFormatException e) {
            throw new RunningNode.NodeException("not NAME=NUMBER or NAME=NUMBER:UNIT: " + reading);
        }
    }
}
