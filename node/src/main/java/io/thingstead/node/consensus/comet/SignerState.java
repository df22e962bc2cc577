package io.thingstead.node.consensus.comet;

import io.thingstead.kit.crypto.CborMalformed;
import io.thingstead.kit.crypto.CborReader;
import io.thingstead.kit.crypto.CborWriter;
import io.thingstead.kit.crypto.Directories;
import io.thingstead.kit.crypto.Sha256;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The last thing the engine key signed, durable before its signature leaves: a member that signs two different votes
/// for one step is caught and its faults are counted.
///
/// Two slots are written in turn, each with a counter and a checksum: a torn write leaves the other one whole, and the
/// signature of the torn one never left.
final class SignerState implements AutoCloseable {
    private static final int SLOT = 512;
    private static final byte[] NOTHING = {};

    /// @param height where it was signed, with round and step
    record Signed(String chainId, long height, long round, int step, byte[] signBytes, Time time, byte[] signature) {
        boolean isAfter(SignRequest request) {
            if (height != request.height()) {
                return height > request.height();
            }
            if (round != request.round()) {
                return round > request.round();
            }
            return step > request.step();
        }

        boolean isAt(SignRequest request) {
            return height == request.height() && round == request.round() && step == request.step();
        }
    }

    private final Path file;
    private final FileChannel channel;
    private long counter;
    private @Nullable Signed last;

    private SignerState(Path file, FileChannel channel) throws IOException {
        this.file = file;
        this.channel = channel;
        long size = channel.size();
        // The first write goes to the second slot: any other size was made by something else.
        if (size != 0 && size != 2 * SLOT) {
            throw damaged("it is " + size + " bytes long, not " + 2 * SLOT);
        }
        for (int slot = 0; slot < 2; slot++) {
            read(slot);
        }
        if (counter == 0 && size != 0) {
            throw damaged("neither half of it is readable");
        }
    }

    private static IOException damaged(String how) {
        return new IOException(
                how + ". What to do: check the disk, and delete this file while the node is stopped; this"
                        + " member then votes on nothing that it may have voted on before");
    }

    /// Makes an empty state where there is none: the engine key has signed nothing yet. Returns when it is on disk.
    static void begin(Path file) throws IOException {
        if (Files.exists(file)) {
            return;
        }
        Files.createFile(file);
        syncFolder(file);
    }

    /// A state in which everything up to this height counts as signed. It takes the place of one that was lost.
    static SignerState withFloor(Path file, String chainId, long height) {
        Path partial = file.resolveSibling(file.getFileName() + ".partial");
        try {
            Files.write(partial, new byte[0]);
            try (SignerState made = open(partial)) {
                made.keep(new Signed(
                        chainId, height, Integer.MAX_VALUE, SignRequest.LAST_STEP, NOTHING, Time.ZERO, new byte[64]));
            }
            // A crash here: there is no state still, and the wait begins anew.
            Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE);
            syncFolder(file);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot keep the state of the engine's signer in " + file, e);
        }
        // A crash after: the floor stands.
        return open(file);
    }

    private static void syncFolder(Path file) throws IOException {
        Directories.sync(Objects.requireNonNull(file.toAbsolutePath().getParent(), "a file stands in a folder"));
    }

    /// Opens the state that is there. An empty file is one: nothing was signed yet.
    static SignerState open(Path file) {
        try {
            FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
            try {
                return new SignerState(file, channel);
            } catch (IOException | RuntimeException e) {
                channel.close();
                throw e;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "cannot read the state of the engine's signer " + file + ": " + e.getMessage(), e);
        }
    }

    @Nullable
    Signed last() {
        return last;
    }

    /// Returns when it is on disk.
    void keep(Signed signed) {
        byte[] body = encode(counter + 1, signed);
        byte[] slot = new byte[SLOT];
        ByteBuffer.wrap(slot).put(Sha256.of(body)).putShort((short) body.length).put(body);
        try {
            write(slot, (counter + 1) % 2 * SLOT);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot keep the state of the engine's signer in " + file, e);
        }
        // A crash before: the signature never left, the same is asked again. After: the same question gets the same
        // answer.
        counter++;
        last = signed;
    }

    private void write(byte[] slot, long at) throws IOException {
        ByteBuffer out = ByteBuffer.wrap(slot);
        while (out.hasRemaining()) {
            channel.write(out, at + out.position());
        }
        channel.force(false);
    }

    private void read(int slot) throws IOException {
        ByteBuffer in = ByteBuffer.allocate(SLOT);
        channel.read(in, (long) slot * SLOT);
        in.flip();
        if (in.remaining() < SLOT) {
            return;
        }
        byte[] hash = new byte[32];
        in.get(hash);
        int length = in.getShort();
        if (length < 0 || length > in.remaining()) {
            return;
        }
        byte[] body = new byte[length];
        in.get(body);
        if (!Arrays.equals(hash, Sha256.of(body))) {
            return;
        }
        try {
            take(CborReader.strict(body));
        } catch (CborMalformed e) {
            throw damaged("it is of another form: " + e.getMessage());
        }
    }

    private void take(CborReader in) {
        in.readArrayOf(9);
        long number = in.readUint();
        Signed signed = new Signed(
                in.readText(64),
                in.readUint(),
                in.readUint(),
                in.readUint(3),
                in.readBytes(256),
                new Time(in.readUint(), in.readUint(999_999_999)),
                in.readBytesOf(64));
        in.expectEnd();
        if (number > counter) {
            counter = number;
            last = signed;
        }
    }

    private static byte[] encode(long number, Signed signed) {
        return new CborWriter(256)
                .array(9)
                .integer(number)
                .text(signed.chainId)
                .integer(signed.height)
                .integer(signed.round)
                .integer(signed.step)
                .bytes(signed.signBytes)
                .integer(signed.time.seconds())
                .integer(signed.time.nanos())
                .bytes(signed.signature)
                .toBytes();
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
