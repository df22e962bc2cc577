package io.thingstead.node.consensus;

import io.thingstead.kit.crypto.Sha256;
import io.thingstead.node.consensus.Application.SnapshotOffer;
import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The newest snapshots of the ledger's state, in files, for members that join or were away: memory does not grow with
/// them, and each stays whole while the ledger goes on. Written by a thread of its own out of one version of the state;
/// a file that was not finished is not there.
///
/// A file: the manifest's length (u32) and the manifest, then each chunk with its length before it.
public final class SnapshotFiles implements AutoCloseable {
    /// A newcomer fetches from the newest while further ones are taken.
    private static final int KEPT = 4;

    private static final Logger LOG = LoggerFactory.getLogger(SnapshotFiles.class);
    private static final String SUFFIX = ".snapshot";
    private static final int MAX_PIECE = 16 << 20;

    private final Path folder;
    private final ConcurrentSkipListMap<Long, Kept> kept = new ConcurrentSkipListMap<>();
    private final AtomicBoolean writing = new AtomicBoolean();
    private volatile @Nullable Thread writer;
    private volatile long newest;

    /// A snapshot that is here.
    ///
    /// @param hash of the manifest, which names the hashes of the chunks
    public record Kept(Path file, SnapshotOffer offer, byte[] hash, List<Long> offsets) {
        public Kept {
            offsets = List.copyOf(offsets);
        }

        public long height() {
            return offer.height();
        }
    }

    private SnapshotFiles(Path folder) {
        this.folder = folder;
    }

    /// The snapshots in this folder; those that cannot be read are deleted, others can be taken.
    public static SnapshotFiles open(Path folder) {
        SnapshotFiles files = new SnapshotFiles(folder);
        try {
            Files.createDirectories(folder);
            try (Stream<Path> found = Files.list(folder)) {
                for (Path file : found.toList()) {
                    files.take(file);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the snapshots in " + folder, e);
        }
        files.newest = files.kept.isEmpty() ? 0 : files.kept.lastKey();
        return files;
    }

    private void take(Path file) throws IOException {
        Kept read = file.getFileName().toString().endsWith(SUFFIX) ? read(file) : null;
        if (read == null) {
            Files.deleteIfExists(file);
        } else {
            kept.put(read.height(), read);
        }
    }

    private static @Nullable Kept read(Path file) throws IOException {
        try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
            byte[] manifest = piece(in);
            LedgerSnapshot decoded = LedgerSnapshot.decode(manifest).orThrow();
            List<Long> offsets = new ArrayList<>();
            for (int i = 0; i < decoded.chunkHashes().size(); i++) {
                offsets.add(in.getFilePointer());
                in.seek(in.getFilePointer() + Integer.BYTES + length(in));
            }
            if (in.getFilePointer() != in.length()) {
                return null;
            }
            return new Kept(
                    file, new SnapshotOffer(decoded.height(), manifest, offsets.size()), Sha256.of(manifest), offsets);
        } catch (IOException | RuntimeException e) {
            LOG.warn("the snapshot {} cannot be read and is deleted: {}", file, e.toString());
            return null;
        }
    }

    /// The length that stands next; the position stays.
    private static int length(RandomAccessFile in) throws IOException {
        long at = in.getFilePointer();
        int length = in.readInt();
        in.seek(at);
        if (length < 0 || length > MAX_PIECE || at + Integer.BYTES + length > in.length()) {
            throw new IOException("a piece of " + length + " bytes");
        }
        return length;
    }

    private static byte[] piece(RandomAccessFile in) throws IOException {
        byte[] piece = new byte[length(in)];
        in.readInt();
        in.readFully(piece);
        return piece;
    }

    /// The height of the newest one that was taken, or that this member's own state came from; 0 without any.
    public long newest() {
        return newest;
    }

    /// The ledger's state came from another member's snapshot of this height: the next is due as with the others.
    public void began(long height) {
        newest = Math.max(newest, height);
    }

    /// The height from which on members that join need blocks: that of the oldest, none while there is none.
    public long needed() {
        return kept.isEmpty() ? 0 : kept.firstKey();
    }

    /// Those that are here, the newest first.
    public List<Kept> kept() {
        return List.copyOf(kept.descendingMap().values());
    }

    /// A chunk, or null: it is not here.
    public byte @Nullable [] chunk(long height, int number) {
        Kept of = kept.get(height);
        if (of == null || number < 0 || number >= of.offsets.size()) {
            return null;
        }
        try (RandomAccessFile in = new RandomAccessFile(of.file.toFile(), "r")) {
            in.seek(of.offsets.get(number));
            return piece(in);
        } catch (IOException e) {
            LOG.debug("chunk {} of the snapshot of block {} is gone", number, height, e);
            return null;
        }
    }

    /// Takes one in the background; the next block may come meanwhile. While one is being written no other begins.
    ///
    /// @param source looks through the whole state
    public void take(long height, Supplier<SnapshotSource> source) {
        if (!writing.compareAndSet(false, true)) {
            return;
        }
        newest = height;
        writer = Thread.ofPlatform().name("snapshot-writer").daemon().start(() -> {
            try {
                write(source.get());
            } catch (IOException | RuntimeException e) {
                // Members that join ask another member; the ledger itself is not touched.
                LOG.warn("no snapshot of block {}: {}", height, e.toString());
            } finally {
                writing.set(false);
            }
        });
    }

    private void write(SnapshotSource source) throws IOException {
        SnapshotOffer offer = source.offer();
        Path file = folder.resolve(offer.height() + SUFFIX);
        Path partial = folder.resolve(offer.height() + ".partial");
        try (var out = new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(partial)))) {
            out.writeInt(offer.manifest().length);
            out.write(offer.manifest());
            for (int i = 0; i < offer.chunks() && !Thread.currentThread().isInterrupted(); i++) {
                byte[] chunk = source.chunk(i);
                out.writeInt(chunk.length);
                out.write(chunk);
            }
        }
        // A crash before leaves a partial file, which the next start deletes; one that lost bytes is found there, too.
        Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        take(file);
        while (kept.size() > KEPT) {
            Files.deleteIfExists(kept.pollFirstEntry().getValue().file);
        }
    }

    @Override
    public void close() {
        Thread busy = writer;
        if (busy != null) {
            busy.interrupt();
            try {
                busy.join(5_000);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
