package io.thingstead.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// What a member costs while nothing happens: four nodes as processes of their own, started with the program's own
/// flags, each with its engine.
final class IdleBench {
    private static final int SETTLE_SECONDS = 20;
    private static final int LEAST_SECONDS = 30;

    private final Path folder;
    private final int seconds;
    private final Consumer<Figure> figures;
    private final Consumer<String> progress;

    IdleBench(Path folder, int seconds, Consumer<Figure> figures, Consumer<String> progress) {
        this.folder = folder;
        this.seconds = Math.max(seconds, LEAST_SECONDS);
        this.figures = figures;
        this.progress = progress;
    }

    void run() throws IOException, InterruptedException {
        progress.accept("founding a ledger of four members, each a process");
        Consortium consortium = Consortium.found(folder.resolve("idle"), Consortium.FOUR);
        List<NodeProcess> nodes = new ArrayList<>();
        try {
            for (int i = 0; i < consortium.names().size(); i++) {
                nodes.add(start(consortium, i));
            }
            for (NodeProcess node : nodes) {
                node.awaitReadyMs();
            }
            TimeUnit.SECONDS.sleep(SETTLE_SECONDS);
            progress.accept("doing nothing for " + seconds + " s");
            measure(nodes.stream().map(NodeProcess::process).toList());
        } finally {
            nodes.forEach(NodeProcess::close);
        }
    }

    private void measure(List<Process> nodes) throws IOException, InterruptedException {
        List<Long> pids = nodes.stream().map(Process::pid).toList();
        List<Long> engines = nodes.stream()
                .flatMap(Process::children)
                .map(ProcessHandle::pid)
                .toList();
        if (engines.size() != nodes.size()) {
            throw new IllegalStateException(engines.size() + " engines run, not " + nodes.size());
        }
        double nodeCpu = Cpu.of(pids);
        double engineCpu = Cpu.of(engines);
        long start = System.nanoTime();
        TimeUnit.SECONDS.sleep(seconds);
        double took = (System.nanoTime() - start) / 1e9;
        double nodeShare = 100 * (Cpu.of(pids) - nodeCpu) / took / nodes.size();
        double engineShare = 100 * (Cpu.of(engines) - engineCpu) / took / nodes.size();
        double nodeMib = 0;
        double engineMib = 0;
        for (int i = 0; i < nodes.size(); i++) {
            nodeMib = Math.max(nodeMib, Cpu.residentMib(pids.get(i)));
            engineMib = Math.max(engineMib, Cpu.residentMib(engines.get(i)));
        }
        String setting = "four members without devices, " + seconds + " s";
        figures.accept(Figure.of(
                "idle.cpu",
                nodeShare + engineShare,
                "% of core",
                String.format(
                        Locale.ROOT, "per member: node %.1f, its engine %.1f; %s", nodeShare, engineShare, setting)));
        figures.accept(Figure.of(
                "idle.memory",
                nodeMib + engineMib,
                "MiB",
                String.format(
                        Locale.ROOT,
                        "resident of one member: node %.0f, its engine %.0f; %s",
                        nodeMib,
                        engineMib,
                        setting)));
    }

    private static NodeProcess start(Consortium consortium, int number) throws IOException {
        return new NodeProcess(consortium.folder(number), """
                member = "%s"
                [engine]
                port = %d
                [members]
                port = %d
                """.formatted(
                        consortium.names().get(number),
                        consortium.ports().get(number),
                        consortium.memberPorts().get(number)));
    }
}
