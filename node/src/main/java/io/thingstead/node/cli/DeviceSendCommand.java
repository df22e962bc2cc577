package io.thingstead.node.cli;

import io.thingstead.kit.crypto.SigningKey;
import io.thingstead.kit.device.Device;
import io.thingstead.kit.device.FrameBuffer;
import io.thingstead.kit.device.HttpLink;
import io.thingstead.kit.frame.FrameSigner;
import io.thingstead.kit.frame.SenMlEncoder.Measurement;
import io.thingstead.kit.frame.Summary;
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
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
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
            "thingstead device send --key box.pem temperature=5.2:Cel arrived=1",
            "thingstead device send --key box.pem --summary"
                    + " temperature=2.1..7.9:Cel,from=2026-11-29T08:00:00Z,to=2026-11-29T08:01:00Z,first=61,last=120"
        },
        mixinStandardHelpOptions = true)
final class DeviceSendCommand implements Callable<Integer> {
    private static final int BUFFER_BYTES = 4 << 20;
    private static final long GIVE_UP_MS = 60_000;
    private static final Pattern SUMMARY =
            Pattern.compile("(?<name>[^=]+)=(?<min>[^:,]+?)\\.\\.(?<max>[^:,]+)(:(?<unit>[^,]+))?"
                    + ",from=(?<from>[^,]+),to=(?<to>[^,]+),first=(?<first>[0-9]{1,16}),last=(?<last>[0-9]{1,16})");

    @Parameters(
            paramLabel = "NAME=NUMBER[:UNIT]",
            arity = "0..*",
            description = "What was measured; all of it is one frame.")
    private List<String> readings = new ArrayList<>();

    @Option(
            names = "--summary",
            paramLabel = "NAME=MIN..MAX[:UNIT],from=TIME,to=TIME,first=N,last=N",
            description = {
                "What all measurements of a reading came to, from the first one's time and number to the last one's.",
                "The device numbers its measurements of a reading from 1 on, and leaves none out. May be given often."
            })
    private List<String> summaries = new ArrayList<>();

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
        List<Measurement> summed = summaries.stream()
                .flatMap(summary -> summary(summary).measurements().stream())
                .toList();
        if (readings.isEmpty() && summed.isEmpty()) {
            throw new RunningNode.NodeException("nothing to send: name readings, or a --summary");
        }
        if (times > 1 && !summed.isEmpty()) {
            throw new RunningNode.NodeException("what was summed up is sent once: leave out --times");
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
                device.measured(measured(summed, System.currentTimeMillis()));
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

    private List<Measurement> measured(List<Measurement> summed, long now) {
        return Stream.concat(summed.stream(), readings.stream().map(reading -> measured(reading, now)))
                .toList();
    }

    private static Summary summary(String text) {
        Matcher form = SUMMARY.matcher(text);
        try {
            if (form.matches()) {
                return new Summary(
                        form.group("name"),
                        form.group("unit"),
                        Double.parseDouble(form.group("min")),
                        Double.parseDouble(form.group("max")),
                        ExportCommand.millis(form.group("from")),
                        ExportCommand.millis(form.group("to")),
                        Long.parseLong(form.group("first")),
                        Long.parseLong(form.group("last")));
            }
        } catch (IllegalArgumentException e) {
            throw new RunningNode.NodeException("not a summary: " + text + " (" + e.getMessage() + ")");
        }
        throw new RunningNode.NodeException(
                "not a summary, NAME=MIN..MAX[:UNIT],from=TIME,to=TIME,first=N,last=N: " + text);
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
