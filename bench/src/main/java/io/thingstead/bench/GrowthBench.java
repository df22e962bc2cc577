package io.thingstead.bench;

import io.thingstead.node.Node;
import io.thingstead.node.consensus.BlockRecord;
import io.thingstead.node.storage.Column;
import io.thingstead.node.storage.Scan;
import io.thingstead.node.storage.Store;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.stream.Stream;

/// Whether the ledger of four members grows faster when their devices send a hundred times as many readings: its
/// transactions, the rows that it keeps, and what the engine keeps beside them, at 100 and at 10,000 readings a second.
final class GrowthBench {
    private static final int FEW = 100;
    private static final int MANY = 10_000;
    private static final int DEVICES_EACH = 10;
    private static final int LEAST_SECONDS = 20;
    private static final List<Column> LEDGER = List.of(Column.BLOCK, Column.EVENT, Column.EVENT_INDEX, Column.STATE);

    private final Path folder;
    private final int seconds;
    private final Consumer<Figure> figures;
    private final Consumer<String> progress;

    private record Member(Node node, MqttLoad load) {}

    /// What the ledger has taken in so far, at one member.
    private record Size(long nanos, long height, long transactions, long rowBytes, long engineBytes) {}

    GrowthBench(Path folder, int seconds, Consumer<Figure> figures, Consumer<String> progress) {
        this.folder = folder;
        this.seconds = Math.max(seconds, LEAST_SECONDS);
        this.figures = figures;
        this.progress = progress;
    }

    void run() throws IOException, InterruptedException {
        progress.accept("founding a ledger of four members");
        Consortium consortium = Consortium.found(folder.resolve("growth"), Consortium.FOUR);
        List<Node> nodes = consortium.startAll(Node::start);
        try {
            List<Member> members = new ArrayList<>();
            for (Node node : nodes) {
                progress.accept("signing readings for " + node.member());
                Fleet fleet = Fleet.register(node, "growth", DEVICES_EACH);
                fleet.sign((FEW + MANY) * (seconds + 1) / nodes.size() / DEVICES_EACH, 1);
                members.add(new Member(node, MqttLoad.connect(node.mqttPort(), fleet)));
            }
            Node first = nodes.getFirst();
            Path engine = consortium.folder(0).resolve("engine").resolve("data");
            Size start = size(first, engine);
            progress.accept(FEW + " signed readings a second");
            pace(members, FEW);
            Size few = size(first, engine);
            progress.accept(MANY + " signed readings a second");
            pace(members, MANY);
            Size many = size(first, engine);
            tell(start, few, many);
            for (Member member : members) {
                member.load().close();
            }
        } finally {
            nodes.forEach(Node::close);
        }
    }

    private void tell(Size start, Size few, Size many) {
        double took = (many.nanos - few.nanos) / 1e9;
        String setting = String.format(
                Locale.ROOT,
                "four members, %.0f signed readings/s in total over MQTT; limit: the same at %d/s",
                MANY * seconds / took,
                FEW);
        figures.accept(new Figure(
                "growth.tx",
                perHour(few, many, many.transactions - few.transactions),
                "tx/h",
                perHour(start, few, few.transactions - start.transactions),
                "transactions on the ledger, " + setting));
        figures.accept(new Figure(
                "growth.rows",
                perHour(few, many, many.rowBytes - few.rowBytes) / 1e6,
                "MB/h",
                perHour(start, few, few.rowBytes - start.rowBytes) / 1e6,
                "blocks, certificates, events and state that a member keeps of the ledger, before compression, "
                        + setting));
        figures.accept(new Figure(
                "growth.engine",
                perHour(few, many, many.engineBytes - few.engineBytes) / 1e6,
                "MB/h",
                perHour(start, few, few.engineBytes - start.engineBytes) / 1e6,
                "files of its engine, write-ahead log included, " + setting));
    }

    private static double perHour(Size from, Size to, long what) {
        return what * 3.6e12 / (to.nanos - from.nanos);
    }

    private void pace(List<Member> members, int perSecond) throws InterruptedException {
        int each = perSecond / members.size();
        List<Thread> sending = members.stream()
                .map(member -> Thread.ofPlatform().start(() -> {
                    try {
                        member.load().pace(each * seconds / DEVICES_EACH, each);
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                }))
                .toList();
        for (Thread thread : sending) {
            thread.join();
        }
    }

    private static Size size(Node node, Path engine) throws IOException {
        long height = node.core().ledger().head().height();
        long transactions = 0;
        for (long h = 1; h <= height; h++) {
            transactions += node.core()
                    .blocks()
                    .block(h)
                    .map(BlockRecord::marks)
                    .map(List::size)
                    .orElse(0);
        }
        Store store = node.core().store();
        long rows = LEDGER.stream().mapToLong(column -> rowBytes(store, column)).sum();
        return new Size(System.nanoTime(), height, transactions, rows, fileBytes(engine));
    }

    private static long rowBytes(Store store, Column column) {
        long bytes = 0;
        try (Scan scan = store.scan(column, new byte[0], null)) {
            while (scan.next()) {
                bytes += scan.key().length + scan.value().length;
            }
        }
        return bytes;
    }

    /// The engine writes on meanwhile: a file that is gone by then counts nothing.
    private static long fileBytes(Path folder) throws IOException {
        long bytes = 0;
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                bytes += sizeBytes(file);
            }
        }
        return bytes;
    }

    private static long sizeBytes(Path file) throws IOException {
        try {
            return Files.isRegularFile(file) ? Files.size(file) : 0;
        } catch (NoSuchFileException e) {
            return 0;
        }
    }
}
