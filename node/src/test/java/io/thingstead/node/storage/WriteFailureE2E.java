package io.thingstead.node.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.thingstead.node.ChildJvm;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A write that really fails: a process that may not make files larger than a limit runs into it.
class WriteFailureE2E {
    private static final int SMALL_WRITES = 100;

    @TempDir
    private Path folder;

    @Test
    void a_failed_write_makes_the_store_unusable_and_loses_nothing_acknowledged() throws Exception {
        var said = new ArrayList<String>();
        try (var child = ChildJvm.startWithFileLimit(30_000, Writer.class, folder.toString())) {
            for (var line = child.line(); line != null; line = child.line()) said.add(line);
            assertThat(child.exitCode()).isZero();
        }

        assertThat(said).containsExactly("written", "failed IO", "told once", "next write UNUSABLE", "reading works");
        try (var store = RocksStore.open(folder.resolve("store"), trouble -> {})) {
            for (int i = 0; i < SMALL_WRITES; i++)
                assertThat(store.get(Column.META, key(i))).hasSize(100);
            assertThat(store.get(Column.CONTENT, key(0))).isNull();
        }
    }

    private static byte[] key(int i) {
        return ByteBuffer.allocate(4).putInt(i).array();
    }

    /// The process that runs into the limit.
    static final class Writer {
        private Writer() {}

        public static void main(String[] arguments) {
            List<StoreException> told = new ArrayList<>();
            var store = RocksStore.open(Path.of(arguments[0], "store"), told::add);
            for (int i = 0; i < SMALL_WRITES; i++)
                store.write(store.newBatch().put(Column.META, key(i), new byte[100]));
            System.out.println("written");
            var large = store.newBatch();
            for (int i = 0; i < 40; i++) large.put(Column.CONTENT, key(i), new byte[1 << 20]);
            System.out.println("failed " + outcome(store, large));
            System.out.println(told.size() == 1 ? "told once" : "told " + told);
            var next = store.newBatch().put(Column.META, key(0), new byte[1]);
            System.out.println("next write " + outcome(store, next));
            System.out.println(store.get(Column.META, key(1)) == null ? "reading fails" : "reading works");
            Runtime.getRuntime().halt(0);
        }

        private static String outcome(Store store, Batch batch) {
            try {
                store.write(batch);
                return "not";
            } catch (StoreException e) {
                return e.category().toString();
            }
        }
    }
}
