package io.thingstead.node.demo;

import com.sun.management.OperatingSystemMXBean;
import io.thingstead.kit.frame.SenMlEncoder.Measurement;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/// The machine the node runs on, measured for real: load, memory, disk, and temperature where it can be read.
final class ThisMachine implements Thing {
    private static final Path THERMAL = Path.of("/sys/class/thermal");

    private final Path disk;

    ThisMachine(Path disk) {
        this.disk = disk;
    }

    @Override
    public long periodMs() {
        return 1_000;
    }

    @Override
    public List<Measurement> measure(long nowMs) {
        List<Measurement> all = new ArrayList<>();
        if (ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean machine) {
            double cpu = machine.getCpuLoad();
            if (cpu >= 0) {
                all.add(Thing.number("cpu", "%", cpu * 100, 1, nowMs));
            }
            double load = machine.getSystemLoadAverage();
            if (load >= 0) {
                all.add(Thing.number("load", "1", load, 2, nowMs));
            }
            double total = machine.getTotalMemorySize();
            all.add(Thing.number("memory", "%", 100 * (total - machine.getFreeMemorySize()) / total, 1, nowMs));
        }
        try {
            var store = Files.getFileStore(disk);
            all.add(Thing.number("disk", "%", 100 - 100.0 * store.getUsableSpace() / store.getTotalSpace(), 2, nowMs));
        } catch (IOException e) {
            // No disk figure then; the others stand.
            all.removeIf(m -> m.name().equals("disk"));
        }
        temperature().ifPresent(celsius -> all.add(Thing.number("temperature", "Cel", celsius, 1, nowMs)));
        if (all.isEmpty()) {
            all.add(Thing.flag("running", true, nowMs));
        }
        return all;
    }

    private static OptionalDouble temperature() {
        double hottest = Double.NaN;
        try (DirectoryStream<Path> zones = Files.newDirectoryStream(THERMAL, "thermal_zone*")) {
            for (Path zone : zones) {
                double celsius = Double.parseDouble(
                                Files.readString(zone.resolve("temp")).trim())
                        / 1000;
                if (Double.isNaN(hottest) || celsius > hottest) {
                    hottest = celsius;
                }
            }
        } catch (IOException | NumberFormatException e) {
            return OptionalDouble.empty();
        }
        return Double.isNaN(hottest) ? OptionalDouble.empty() : OptionalDouble.of(hottest);
    }
}
