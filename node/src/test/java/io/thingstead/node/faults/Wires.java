package io.thingstead.node.faults;

import io.thingstead.node.Programs;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A network of its own for each member: a network namespace with one cable to a switch that joins the members, which
/// can be pulled out, and one to the test, which stays. Everything is named after this process and removed at the end.
final class Wires implements AutoCloseable {
    private final String prefix = "ts" + ProcessHandle.current().pid();
    private final String control = "198.18." + ProcessHandle.current().pid() % 250 + ".";
    private final int members;

    /// Skips the test where namespaces cannot be made here.
    static Wires needed(int members) throws Exception {
        Programs.need("ip");
        Path self = Path.of("/proc/self/status");
        boolean mayAdmin = Files.exists(self)
                && Files.readAllLines(self).stream()
                        .filter(line -> line.startsWith("CapEff:"))
                        .anyMatch(line -> (Long.parseUnsignedLong(
                                                        line.substring(7).strip(), 16)
                                                & 1L << 12)
                                        != 0
                                && (Long.parseUnsignedLong(line.substring(7).strip(), 16) & 1L << 21) != 0);
        if (!mayAdmin) {
            Programs.missing("network namespaces need the rights of root");
        }
        return new Wires(members);
    }

    private Wires(int members) throws Exception {
        this.members = members;
        remove();
        try {
            ip("netns add " + prefix + "sw");
            ip("-n " + prefix + "sw link add switch type bridge");
            ip("-n " + prefix + "sw link set switch up");
            for (int i = 0; i < members; i++) {
                add(i);
            }
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    private void add(int i) throws Exception {
        String own = space(i);
        ip("netns add " + own);
        ip("-n " + own + " link set lo up");
        ip("-n " + own + " link add members type veth peer name port" + i + " netns " + prefix + "sw");
        ip("-n " + prefix + "sw link set port" + i + " master switch up");
        ip("-n " + own + " addr add " + address(i) + "/24 dev members");
        ip("-n " + own + " link set members up");
        ip("link add " + prefix + "c" + i + " type veth peer name test netns " + own);
        ip("addr add " + control + (4 * i + 1) + "/30 dev " + prefix + "c" + i);
        ip("link set " + prefix + "c" + i + " up");
        ip("-n " + own + " addr add " + control + (4 * i + 2) + "/30 dev test");
        ip("-n " + own + " link set test up");
    }

    private String space(int i) {
        return prefix + "m" + i;
    }

    private static String address(int i) {
        return "10.77.0." + (i + 1);
    }

    List<Place> places() {
        List<Place> places = new ArrayList<>();
        for (int i = 0; i < members; i++) {
            places.add(new Place(List.of("ip", "netns", "exec", space(i)), control + (4 * i + 2), address(i)));
        }
        return places;
    }

    /// Pulls a member's cable out of the switch.
    void pullOut(int member) throws Exception {
        ip("-n " + prefix + "sw link set port" + member + " down");
    }

    void putIn(int member) throws Exception {
        ip("-n " + prefix + "sw link set port" + member + " up");
    }

    /// From now on nothing that one member sends reaches the other; the way back stays open.
    void cutOneWay(int from, int to) throws Exception {
        ip("-n " + space(from) + " route replace blackhole " + address(to) + "/32");
    }

    void cut(int one, int other) throws Exception {
        cutOneWay(one, other);
        cutOneWay(other, one);
    }

    /// All cables are in, all ways are open.
    void heal() throws Exception {
        for (int i = 0; i < members; i++) {
            putIn(i);
            ip("-n " + space(i) + " route flush type blackhole");
        }
    }

    private static void ip(String arguments) throws Exception {
        String said = said(arguments);
        if (!said.isEmpty()) {
            throw new IOException("ip " + arguments + ": " + said);
        }
    }

    private static String said(String arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("ip"));
        command.addAll(List.of(arguments.split(" ")));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        int code = process.waitFor();
        return code == 0 ? said : said + " (code " + code + ")";
    }

    /// What this process made, and what one of the same number left behind.
    private void remove() throws Exception {
        for (int i = 0; i < members; i++) {
            if (Files.exists(Path.of("/sys/class/net", prefix + "c" + i))) {
                ip("link del " + prefix + "c" + i);
            }
        }
        for (String line : said("netns list").lines().toList()) {
            String name = line.split(" ")[0];
            if (name.equals(prefix + "sw") || name.matches(prefix + "m[0-9]+")) {
                ip("netns del " + name);
            }
        }
    }

    @Override
    public void close() throws Exception {
        remove();
    }
}
