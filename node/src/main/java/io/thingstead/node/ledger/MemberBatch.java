package io.thingstead.node.ledger;

import io.thingstead.kit.crypto.CborMalformed;
import io.thingstead.kit.crypto.CborReader;
import io.thingstead.kit.crypto.CborWriter;
import io.thingstead.kit.crypto.Sha256;
import io.thingstead.kit.crypto.Signer;
import io.thingstead.kit.model.LedgerId;
import io.thingstead.kit.model.MemberId;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Result;
import io.thingstead.node.ledger.action.Actions;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Transactions that a member hands to the engine of several members: numbered, and signed by its node key, so that
/// whoever floods the others can be told apart and bounded (`docs/formats.md` §7). What the transactions are worth
/// shows when they are executed. The arrays are the object's own: nobody changes them.
///
/// @param identity H(payload)
/// @param sequence one more than that of the member's batch before
/// @param signatures how many signatures its transactions claim to carry: what it may cost to execute them. One that is
///     malformed counts as one
public record MemberBatch(
        byte[] payload,
        byte[] identity,
        LedgerId ledger,
        MemberId member,
        long sequence,
        List<byte[]> transactions,
        int signatures,
        byte[] signature) {
    public static final int MAX_BYTES = Transaction.MAX_BYTES + 512;
    public static final int MAX_TRANSACTIONS = 1_024;

    /// Transactions whose bytes, with [#FRAME_BYTES] for each, come to no more than this fit into one batch; a single
    /// one always does.
    public static final int ROOM = Transaction.MAX_BYTES;

    public static final int FRAME_BYTES = 5;

    private static final byte[] DOMAIN = "ts-batch/1\0".getBytes(StandardCharsets.US_ASCII);

    public MemberBatch {
        transactions = List.copyOf(transactions);
    }

    /// The bytes of a batch, signed.
    public static byte[] sign(
            LedgerId ledger, MemberId member, long sequence, List<byte[]> transactions, Signer nodeKey) {
        CborWriter out = new CborWriter(512)
                .array(4)
                .bytes(ledger.bytes())
                .text(member.value())
                .integer(sequence)
                .array(transactions.size());
        transactions.forEach(out::bytes);
        byte[] payload = out.toBytes();
        return new CborWriter(payload.length + 80)
                .array(2)
                .bytes(payload)
                .bytes(nodeKey.sign(toSign(payload)))
                .toBytes();
    }

    public static Result<MemberBatch> decode(byte[] bytes) {
        if (bytes.length > MAX_BYTES) {
            return Result.no(Refusal.BATCH_MALFORMED, "a batch has at most " + MAX_BYTES + " bytes");
        }
        try {
            return Result.ok(read(CborReader.strict(bytes)));
        } catch (CborMalformed e) {
            return Result.no(Refusal.BATCH_MALFORMED, "batch: " + e.getMessage());
        }
    }

    private static MemberBatch read(CborReader in) {
        in.readArrayOf(2);
        byte[] payload = in.readBytes(MAX_BYTES);
        byte[] signature = in.readBytesOf(64);
        in.expectEnd();
        CborReader inside = CborReader.strict(payload);
        inside.readArrayOf(4);
        LedgerId ledger = new LedgerId(inside.readBytesOf(32));
        MemberId member = MemberId.parse(inside.readText(32)).orElseThrow(() -> new CborMalformed("not a member id"));
        long sequence = inside.readUint();
        if (sequence == 0 || sequence > Actions.MAX_NUMBER) {
            throw new CborMalformed("a batch is numbered from 1");
        }
        int count = inside.readArray(MAX_TRANSACTIONS);
        if (count == 0) {
            throw new CborMalformed("no transactions");
        }
        List<byte[]> transactions = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            byte[] transaction = inside.readBytes(Transaction.MAX_BYTES);
            if (transaction.length == 0) {
                throw new CborMalformed("an empty transaction");
            }
            transactions.add(transaction);
        }
        inside.expectEnd();
        int signatures =
                transactions.stream().mapToInt(Transaction::signaturesIn).sum();
        return new MemberBatch(
                payload, Sha256.of(payload), ledger, member, sequence, transactions, signatures, signature);
    }

    /// What the node key signs.
    public static byte[] toSign(byte[] payload) {
        byte[] message = Arrays.copyOf(DOMAIN, DOMAIN.length + payload.length);
        System.arraycopy(payload, 0, message, DOMAIN.length, payload.length);
        return message;
    }
}
