package io.thingstead.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;

/// What processes have used of the processors and of memory, as Linux counts it. On a shared machine the time that was
/// used is steadier than the time that passed.
final class Cpu {
    private static final double TICKS_PER_SECOND = 100;
    private static final int UTIME = 11;
    private static final int STIME = 12;

    /// Of this process.
    static double ofThis() throws IOException {
        return seconds(ProcessHandle.current().pid());
    }

    /// Of these processes together.
    static double of(Collection<Long> pids) throws IOException {
        double sum = 0;
        for (long pid : pids) {
            sum += seconds(pid);
        }
        return sum;
    }

    /// Of all other programs and this one: seconds that the cores were not idle.
    static double busy() throws IOException {
        String[] fields = Files.readAllLines(Path.of("/proc/stat")).getFirst().split(" +", -1);
        double busy = 0;
        for (int i : List.of(1, 2, 3, 6, 7, 8)) {
            busy += Double.parseDouble(fields[i]);
        }
        return busy / TICKS_PER_SECOND;
    }

    private static double seconds(long pid) throws IOException {
        String stat = Files.readString(Path.of("/proc", String.valueOf(pid), "stat"));
        // The program's name, in parentheses, may hold blanks.
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        return (Double.parseDouble(fields[UTIME]) + Double.parseDouble(fields[STIME])) / TICKS_PER_SECOND;
    }

    /// Resident memory of a process, in MiB.
    static double residentMib(long pid) throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc", String.valueOf(pid), "status"))) {
            if (line.startsWith("VmRSS:")) {
                return Double.parseDouble(line.replaceAll("[^0-9]", "")) / 1_024;
            }
        }
        throw new IOException("process " + pid + " has no resident memory");
    }
}
