package io.thingstead.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `thingstead bench`: measurements, each beside the limit that the machine had in the same run.
@Command(
        name = "thingstead bench",
        description = {
            "Measures this machine's node over real sockets, with the load on the same cores.",
            "Figures of shared machines vary; compare ratios, not absolute figures."
        },
        mixinStandardHelpOptions = true)
public final class Bench implements Callable<Integer> {
    private static final int LONGEST_SECONDS = 21_600;

    /// What can be measured.
    enum Part {
        INGEST("readings of one member: how many, how soon, how large on disk"),
        LEDGER("the ledger of one member"),
        CONSORTIUM("the ledger of four members beside its bare engine"),
        ANCHORS("from a reading until its anchor is certified by four members, and by three of four"),
        GROWTH("how the ledger of four members grows at 100 and at 10,000 readings a second"),
        CHECK("reading and checking a contract of 40 states"),
        VOUCHERS("vouchers of payment channels that one payee takes"),
        STEPS("steps of contracts beside transfers on the ledger of four members"),
        CONTRACTS("100,000 running contracts: what a step, a look at them, and memory cost"),
        IDLE("processor time and memory of four members that do nothing"),
        PROOF("proofs of one member and of one of four"),
        API("what pages ask: lists of 50,000 devices, charts of a year of a reading a second"),
        PAGE("from a device's reading until 200 open pages have it"),
        CONNECTIONS("memory of a node at rest, and of 10,000 idle connections"),
        LEAVES("start and proofs of a node with a log of 10 million leaves"),
        SOAK("memory, open files and losses at half load, for --seconds (at least 60)");

        private final String text;

        Part(String text) {
            this.text = text;
        }
    }

    /// The lines of `--help` that list them.
    static final class Parts extends ArrayList<String> {
        Parts() {
            for (Part part : Part.values()) {
                add(String.format(Locale.ROOT, "%n  %-11s%s", part.name().toLowerCase(Locale.ROOT), part.text));
            }
        }
    }

    @Parameters(
            paramLabel = "PART",
            arity = "0..*",
            completionCandidates = Parts.class,
            description = "What to measure (default: all):${COMPLETION-CANDIDATES}")
    private List<Part> parts = List.of(Part.values());

    @Option(names = "--json", description = "One JSON line a figure.")
    private boolean json;

    @Option(names = "--seconds", paramLabel = "N", description = "About how long each measurement lasts (default: 10).")
    private int seconds = 10;

    @Option(
            names = "--percent",
            paramLabel = "N",
            description = {
                "How much of the large measurements' devices, connections, leaves and readings,",
                "for a short run (default: 100)."
            })
    private int percent = 100;

    @Spec
    private CommandSpec spec;

    private Bench() {}

    public static void main(String... arguments) {
        System.exit(new CommandLine(new Bench())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .execute(arguments));
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (percent < 1 || percent > 100) {
            throw new ParameterException(spec.commandLine(), "--percent is 1 to 100");
        }
        if (seconds < 1 || seconds > LONGEST_SECONDS) {
            throw new ParameterException(spec.commandLine(), "--seconds is 1 to " + LONGEST_SECONDS);
        }
        Path folder = Files.createTempDirectory("thingstead-bench");
        Consumer<Figure> figures = figure -> System.out.println(json ? figure.json() : figure.line());
        Consumer<String> progress = step -> {
            if (!json) {
                System.err.println("  … " + step);
            }
        };
        try {
            for (Part part : parts) {
                measure(part, new Run(folder, seconds, percent, figures, progress));
            }
        } finally {
            delete(folder);
        }
        return 0;
    }

    private static void measure(Part part, Run run) throws IOException, InterruptedException {
        Path folder = run.folder();
        int seconds = run.seconds();
        Consumer<Figure> figures = run.figures();
        Consumer<String> progress = run.progress();
        switch (part) {
            case INGEST -> new IngestBench(folder, seconds, figures, progress).run();
            case LEDGER -> new LedgerBench(folder, seconds, figures, progress).run();
            case CONSORTIUM -> new ConsortiumBench(folder, seconds, figures, progress).run();
            case ANCHORS -> new AnchorBench(folder, seconds, figures, progress).run();
            case GROWTH -> new GrowthBench(folder, seconds, figures, progress).run();
            case CHECK -> new CheckBench(run).run();
            case VOUCHERS -> new VoucherBench(run).run();
            case STEPS -> new StepRatioBench(run).run();
            case CONTRACTS -> new RunningContractsBench(run).run();
            case IDLE -> new IdleBench(folder, seconds, figures, progress).run();
            case API -> {
                new FleetBench(run).run();
                new ChartBench(run).run();
            }
            case PAGE -> new PageBench(run).run();
            case CONNECTIONS -> new ConnectionsBench(run).run();
            case LEAVES -> new LeavesBench(run).run();
            case SOAK -> new SoakBench(run).run();
            case PROOF -> {
                var proofs = new ProofBench(folder, figures, progress);
                proofs.alone();
                proofs.ofFour();
            }
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : (Iterable<Path>) files.sorted(Comparator.reverseOrder())::iterator) {
                Files.delete(file);
            }
        }
    }
}
