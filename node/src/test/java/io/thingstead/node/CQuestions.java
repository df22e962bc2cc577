package io.thingstead.node;

import io.thingstead.kit.crypto.Algorithm;
import io.thingstead.kit.crypto.CoseKind;
import io.thingstead.kit.crypto.CoseSign1;
import io.thingstead.kit.crypto.SigningKey;
import io.thingstead.kit.crypto.VerifyingKey;
import io.thingstead.kit.frame.SenMlEncoder.Measurement;
import io.thingstead.kit.model.LedgerId;
import io.thingstead.kit.model.Value;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Questions to the C kit's test program (`kit/c/tests/answers.c`), in a file that it reads in one go.
final class CQuestions {
    /// The C kit's `TS_OK`.
    static final int OK = 0;

    /// A buffer that is large enough for every frame.
    static final int AMPLE = 70_000;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final DataOutputStream out = new DataOutputStream(bytes);

    /// A reading as a C program may give it, right or wrong; `value` as in C, its kind first.
    record Raw(byte @Nullable [] name, byte @Nullable [] unit, int kind, byte[] value, long timeMs) {
        static Raw of(Measurement m) {
            var unit = m.unit();
            return new Raw(
                    utf8(m.name()),
                    unit == null ? null : utf8(unit),
                    kind(m.value()),
                    value(m.value()),
                    m.timeMs() == null ? 0 : m.timeMs());
        }

        private static int kind(Value value) {
            return switch (value) {
                case Value.Number _ -> 1;
                case Value.Flag _ -> 2;
                case Value.Text _ -> 3;
                case Value.Data _ -> 4;
            };
        }

        private static byte[] value(Value value) {
            return switch (value) {
                case Value.Number(double number) -> number(number);
                case Value.Flag(boolean flag) -> new byte[] {(byte) (flag ? 1 : 0)};
                case Value.Text(String text) -> utf8(text);
                case Value.Data(byte[] data) -> data;
            };
        }

        static byte[] number(double number) {
            return ByteBuffer.allocate(8).putDouble(number).array();
        }
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /// @param signed what the C kit is going to ask an ES256 key to sign: it has no P-256, so the test signs for it
    private void signer(LedgerId ledger, SigningKey key, byte[] signed) throws IOException {
        out.write(ledger.bytes());
        out.writeByte(-key.key().algorithm().cose());
        if (key.key().algorithm() == Algorithm.ED25519) {
            out.write(key.secret());
        } else {
            out.write(key.key().point());
            out.write(signed);
        }
    }

    void frame(
            LedgerId ledger,
            SigningKey key,
            byte[] signature,
            boolean withKid,
            byte @Nullable [] device,
            long n,
            @Nullable Long previous,
            int size,
            List<Raw> readings)
            throws IOException {
        out.writeByte('F');
        signer(ledger, key, signature);
        out.writeByte(withKid ? 0 : 1);
        block(device);
        out.writeLong(n);
        out.writeLong(previous == null ? -1 : previous);
        out.writeInt(size);
        out.writeInt(readings.size());
        for (Raw reading : readings) {
            block(reading.name);
            block(reading.unit);
            out.writeByte(reading.kind);
            if (reading.kind > 2) out.writeInt(reading.value.length);
            out.write(reading.value);
            out.writeLong(reading.timeMs);
        }
    }

    void possession(LedgerId ledger, SigningKey key, byte[] signature, String subject) throws IOException {
        out.writeByte('P');
        signer(ledger, key, signature);
        block(utf8(subject));
    }

    void connect(LedgerId ledger, SigningKey key, byte[] signature, String device, long timeMs) throws IOException {
        out.writeByte('C');
        signer(ledger, key, signature);
        block(utf8(device));
        out.writeLong(timeMs);
    }

    void connect(LedgerId ledger, SigningKey key, byte[] signature, String device, byte[] challenge)
            throws IOException {
        out.writeByte('H');
        signer(ledger, key, signature);
        block(utf8(device));
        block(challenge);
    }

    void promise(LedgerId ledger, VerifyingKey log, byte[] salt, long receivedMs, byte[] promise, byte[] frame)
            throws IOException {
        out.writeByte('R');
        out.write(ledger.bytes());
        out.write(log.point());
        out.write(salt);
        out.writeLong(receivedMs);
        block(promise);
        block(frame);
    }

    /// The bytes as base64url; and whether they are such a text themselves.
    void base64url(byte[] either) throws IOException {
        out.writeByte('B');
        block(either);
    }

    private void block(byte @Nullable [] block) throws IOException {
        out.writeInt(block == null ? -1 : block.length);
        if (block != null) out.write(block);
    }

    /// The program's answers to all of them, in their order.
    Answers ask(String program, Path folder) throws IOException, InterruptedException {
        Path questions = folder.resolve("questions");
        Path answers = folder.resolve("answers");
        Files.write(questions, bytes.toByteArray());
        Programs.run(program, questions.toString(), answers.toString());
        return new Answers(new DataInputStream(new ByteArrayInputStream(Files.readAllBytes(answers))));
    }

    /// A message and what was signed for it; empty both where the result is not [#OK].
    record Message(int result, byte[] message, byte[] signed) {}

    record Promised(int result, String member, long log, long index, long anchorBy) {}

    record Answers(DataInputStream in) {
        Message message() throws IOException {
            int result = in.readUnsignedByte();
            return result == OK ? new Message(result, block(), block()) : new Message(result, new byte[0], new byte[0]);
        }

        Promised promised() throws IOException {
            int result = in.readUnsignedByte();
            return result == OK
                    ? new Promised(
                            result,
                            new String(block(), StandardCharsets.US_ASCII),
                            in.readLong(),
                            in.readLong(),
                            in.readLong())
                    : new Promised(result, "", 0, 0, 0);
        }

        byte[] block() throws IOException {
            return in.readNBytes(in.readInt());
        }

        int result() throws IOException {
            return in.readUnsignedByte();
        }

        boolean isAtEnd() throws IOException {
            return in.read() < 0;
        }
    }

    /// The signature of an untagged message of the Java kit's.
    static byte[] signatureOf(byte[] message) {
        return Arrays.copyOfRange(message, message.length - 64, message.length);
    }

    /// What that message signed.
    static byte[] signedOf(byte[] message, CoseKind kind, LedgerId ledger, SigningKey key) {
        return CoseSign1.decode(message, 256, 65_536)
                .orThrow()
                .sigStructure(kind, ledger, key.key().thumbprint());
    }
}
