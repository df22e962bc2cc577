package io.thingstead.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `thingstead bench`: measurements, each beside the limit that the machine had in the same run.
@Command(
        name = "thingstead bench",
        description = {
            "Measures this machine's node over real sockets, with the load on the same cores.",
            "Figures of shared machines vary; compare ratios, not absolute figures."
        },
        mixinStandardHelpOptions = true)
public final class Bench implements Callable<Integer> {
    /// What can be measured.
    enum Part {
        INGEST,
        LEDGER,
        CONSORTIUM,
        PROOF
    }

    @Parameters(
            paramLabel = "PART",
            arity = "0..1",
            description = "ingest, ledger, consortium or proof (default: all).")
    private Part @org.jspecify.annotations.Nullable [] parts;

    @Option(names = "--json", description = "One JSON line a figure.")
    private boolean json;

    @Option(names = "--seconds", paramLabel = "N", description = "About how long each measurement lasts (default: 10).")
    private int seconds = 10;

    private Bench() {}

    public static void main(String... arguments) {
        System.exit(new CommandLine(new Bench())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .execute(arguments));
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("thingstead-bench");
        Consumer<Figure> figures = figure -> System.out.println(json ? figure.json() : figure.line());
        Consumer<String> progress = step -> {
            if (!json) {
                System.err.println("  … " + step);
            }
        };
        try {
            if (parts == null || parts[0] == Part.INGEST) {
                new IngestBench(folder, seconds, figures, progress).run();
            }
            if (parts == null || parts[0] == Part.LEDGER) {
                new LedgerBench(folder, seconds, figures, progress).run();
            }
            if (parts == null || parts[0] == Part.CONSORTIUM) {
                new ConsortiumBench(folder, seconds, figures, progress).run();
            }
            if (parts == null || parts[0] == Part.PROOF) {
                new ProofBench(folder, figures, progress).run();
            }
        } finally {
            delete(folder);
        }
        return 0;
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : (Iterable<Path>) files.sorted(Comparator.reverseOrder())::iterator) {
                Files.delete(file);
            }
        }
    }
}
