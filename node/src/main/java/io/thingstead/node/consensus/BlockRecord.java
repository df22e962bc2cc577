package io.thingstead.node.consensus;

import io.thingstead.kit.crypto.CborReader;
import io.thingstead.kit.crypto.CborWriter;
import io.thingstead.kit.crypto.VerifyingKey;
import io.thingstead.kit.model.MemberId;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Refused;
import io.thingstead.kit.proof.AppHash;
import io.thingstead.kit.proof.Certificate;
import io.thingstead.kit.proof.SoloCertificate;
import io.thingstead.kit.proof.SoloHeader;
import io.thingstead.node.consensus.Application.DecidedBlock;
import io.thingstead.node.ledger.BlockOutcome;
import io.thingstead.node.ledger.EraRecord.EraMember;
import io.thingstead.node.ledger.Misbehaviour;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// A committed block as it is kept: what the engine decided, what came of it, and the engine's header for it.
///
/// @param header in the engine's own form, empty where only the certificate brings one
/// @param marks one for each transaction that was executed
/// @param split how many marks each of the engine's transactions has
/// @param firstEvent the number of its first event, or of the next one where it has none
public record BlockRecord(
        long era,
        long height,
        long time,
        byte[] header,
        byte[] headerHash,
        byte[] appHash,
        long firstEvent,
        List<byte[]> transactions,
        List<Mark> marks,
        List<Integer> split,
        List<Misbehaviour> misbehaviour,
        List<EraMember> validatorUpdates) {
    /// What became of a transaction, in short.
    ///
    /// @param events how many events it caused; 0: it was not taken
    /// @param refusals why all or some of it was refused
    public record Mark(long events, List<Refusal> refusals) {
        public Mark {
            refusals = List.copyOf(refusals);
        }
    }

    public BlockRecord {
        transactions = List.copyOf(transactions);
        marks = List.copyOf(marks);
        split = List.copyOf(split);
        misbehaviour = List.copyOf(misbehaviour);
        validatorUpdates = List.copyOf(validatorUpdates);
    }

    static BlockRecord of(BlockOutcome outcome, DecidedBlock block, byte[] header, byte[] headerHash, long firstEvent) {
        return new BlockRecord(
                outcome.position().era(),
                block.height(),
                block.time(),
                header,
                headerHash,
                outcome.appHash(),
                firstEvent,
                block.transactions(),
                marks(outcome),
                outcome.split(),
                block.misbehaviour(),
                outcome.validatorUpdates());
    }

    /// The certificate of a block. The solo engine's is kept as its header and a signature; others bring their own
    /// header.
    static Certificate certificate(byte[] header, byte[] signed) {
        return header.length == 0
                ? Certificate.read(signed)
                : new SoloCertificate(
                        AppHash.RULES_VERSION, SoloHeader.decode(header).orThrow(), signed.clone());
    }

    static List<Mark> marks(BlockOutcome outcome) {
        return outcome.results().stream()
                .map(result -> new Mark(
                        result.events().size(),
                        result.refusals().stream().map(Refused::code).toList()))
                .toList();
    }

    /// How many events the transactions caused, without the block's own event of a suspended clock.
    long transactionEvents() {
        return marks.stream().mapToLong(Mark::events).sum();
    }

    byte[] encode() {
        int transactionBytes = transactions.stream().mapToInt(t -> t.length + 5).sum();
        CborWriter out = new CborWriter(512 + transactionBytes + 4 * marks.size())
                .array(isPlain() ? 9 : 12)
                .integer(era)
                .integer(height)
                .integer(time)
                .bytes(header)
                .bytes(headerHash)
                .bytes(appHash)
                .integer(firstEvent)
                .array(transactions.size());
        transactions.forEach(out::bytes);
        out.array(marks.size());
        for (Mark mark : marks) {
            out.array(2).integer(mark.events).array(mark.refusals.size());
            mark.refusals.forEach(refusal -> out.text(refusal.code()));
        }
        if (!isPlain()) {
            out.array(split.size());
            split.forEach(out::integer);
            out.array(misbehaviour.size());
            misbehaviour.forEach(
                    m -> out.array(3).bytes(m.address()).integer(m.height()).integer(m.kind()));
            out.array(validatorUpdates.size());
            validatorUpdates.forEach(m -> out.array(3)
                    .text(m.member().value())
                    .bytes(m.engineKey().coseKey())
                    .integer(m.power()));
        }
        return out.toBytes();
    }

    /// Whether each of the engine's transactions is one transaction, and nothing else is to be said.
    private boolean isPlain() {
        return split.stream().allMatch(count -> count == 1) && misbehaviour.isEmpty() && validatorUpdates.isEmpty();
    }

    static BlockRecord decode(byte[] value) {
        CborReader in = CborReader.strict(value);
        boolean plain = in.readArray(12) == 9;
        long era = in.readUint();
        long height = in.readUint();
        long time = in.readUint();
        byte[] header = in.readBytes(4_096);
        byte[] headerHash = in.readBytesOf(32);
        byte[] appHash = in.readBytesOf(32);
        long firstEvent = in.readUint();
        int count = in.readArray(Integer.MAX_VALUE);
        List<byte[]> transactions = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            transactions.add(in.readBytes(Integer.MAX_VALUE));
        }
        int marked = in.readArray(Integer.MAX_VALUE);
        List<Mark> marks = new ArrayList<>(marked);
        for (int i = 0; i < marked; i++) {
            marks.add(readMark(in));
        }
        List<Integer> split = plain ? Collections.nCopies(count, 1) : readSplit(in, count);
        List<Misbehaviour> misbehaviour = plain ? List.of() : readMisbehaviour(in);
        List<EraMember> updates = plain ? List.of() : readUpdates(in);
        in.expectEnd();
        return new BlockRecord(
                era,
                height,
                time,
                header,
                headerHash,
                appHash,
                firstEvent,
                transactions,
                marks,
                split,
                misbehaviour,
                updates);
    }

    private static List<Integer> readSplit(CborReader in, int count) {
        in.readArrayOf(count);
        List<Integer> split = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            split.add(in.readUint(Integer.MAX_VALUE));
        }
        return split;
    }

    private static List<Misbehaviour> readMisbehaviour(CborReader in) {
        int count = in.readArray(Integer.MAX_VALUE);
        List<Misbehaviour> misbehaviour = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            in.readArrayOf(3);
            misbehaviour.add(new Misbehaviour(in.readBytes(64), in.readUint(), in.readUint(Integer.MAX_VALUE)));
        }
        return misbehaviour;
    }

    private static List<EraMember> readUpdates(CborReader in) {
        int count = in.readArray(1_000);
        List<EraMember> updates = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            in.readArrayOf(3);
            updates.add(new EraMember(
                    new MemberId(in.readText(32)),
                    VerifyingKey.decode(in.readBytes(128)).orThrow(),
                    in.readUint()));
        }
        return updates;
    }

    private static Mark readMark(CborReader in) {
        in.readArrayOf(2);
        long events = in.readUint();
        int count = in.readArray(256);
        List<Refusal> refusals = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            String code = in.readText(64);
            for (Refusal refusal : Refusal.values()) {
                if (refusal.code().equals(code)) {
                    refusals.add(refusal);
                }
            }
        }
        return new Mark(events, refusals);
    }
}
