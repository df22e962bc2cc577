package io.thingstead.node.ledger;

import io.thingstead.kit.crypto.CborMalformed;
import io.thingstead.kit.crypto.CborReader;
import io.thingstead.kit.crypto.Sha256;
import io.thingstead.kit.model.LedgerId;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Result;
import io.thingstead.kit.model.Thumbprint;
import io.thingstead.node.ledger.action.Action;
import io.thingstead.node.ledger.action.Actions;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// A payload with signatures beside it, asking the ledger for up to 256 actions (`docs/formats.md` §7).
public record Transaction(
        byte[] payload,
        LedgerId ledger,
        long validUntil,
        List<Thumbprint> signers,
        List<Action> actions,
        boolean atomic,
        List<byte[]> signatures) {
    public static final int MAX_BYTES = 65_536;
    public static final int MAX_ACTIONS = 256;
    public static final int MAX_SIGNERS = 16;
    public static final long MAX_VALIDITY_MS = 24 * 3_600_000L;

    private static final byte[] DOMAIN = "ts-tx/1\0".getBytes(StandardCharsets.US_ASCII);
    private static final int NONCE_BYTES = 16;

    public Transaction {
        signers = List.copyOf(signers);
        actions = List.copyOf(actions);
        signatures = List.copyOf(signatures);
    }

    public static Result<Transaction> decode(byte[] bytes) {
        if (bytes.length > MAX_BYTES) {
            return Result.no(Refusal.TX_MALFORMED, "a transaction has at most " + MAX_BYTES + " bytes");
        }
        try {
            return Result.ok(read(CborReader.strict(bytes)));
        } catch (CborMalformed e) {
            return Result.no(Refusal.TX_MALFORMED, "transaction: " + e.getMessage());
        }
    }

    private static Transaction read(CborReader in) {
        in.readArrayOf(2);
        byte[] payload = in.readBytes(MAX_BYTES);
        int count = in.readArray(MAX_SIGNERS);
        List<Thumbprint> signed = new ArrayList<>(count);
        List<byte[]> signatures = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            in.readArrayOf(4);
            signed.add(new Thumbprint(in.readBytesOf(32)));
            if (in.readUint() != 0) {
                throw new CborMalformed("a signature type that is not supported");
            }
            in.readBytesOf(0);
            signatures.add(in.readBytesOf(64));
        }
        in.expectEnd();
        Transaction transaction = readPayload(payload, signatures);
        if (count == 0 || !signed.equals(transaction.signers)) {
            throw new CborMalformed("signatures do not follow the list of signers");
        }
        return transaction;
    }

    private static Transaction readPayload(byte[] payload, List<byte[]> signatures) {
        CborReader in = CborReader.strict(payload);
        int labels = in.readMap(6);
        expect(in, 1);
        LedgerId ledger = new LedgerId(in.readBytesOf(32));
        expect(in, 2);
        in.readBytesOf(NONCE_BYTES);
        expect(in, 3);
        long validUntil = in.readUint();
        expect(in, 4);
        List<Thumbprint> signers = readSigners(in);
        expect(in, 5);
        int count = in.readArray(MAX_ACTIONS);
        List<Action> actions = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            actions.add(Actions.read(in));
        }
        boolean atomic = labels == 6;
        if (atomic) {
            expect(in, 6);
            atomic = in.readBoolean();
        }
        if (labels < 5 || count == 0 || (labels == 6 && !atomic)) {
            throw new CborMalformed("payload labels");
        }
        in.expectEnd();
        return new Transaction(payload, ledger, validUntil, signers, actions, atomic, signatures);
    }

    private static List<Thumbprint> readSigners(CborReader in) {
        int count = in.readArray(MAX_SIGNERS);
        List<Thumbprint> signers = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            Thumbprint signer = new Thumbprint(in.readBytesOf(32));
            if (signers.contains(signer)) {
                throw new CborMalformed("a signer twice");
            }
            signers.add(signer);
        }
        return signers;
    }

    private static void expect(CborReader in, int label) {
        if (in.readUint() != label) {
            throw new CborMalformed("label " + label + " expected");
        }
    }

    /// H(payload): what makes a transaction this one, whatever its signatures' bytes.
    public byte[] identity() {
        return Sha256.of(payload);
    }

    /// What each signer signs.
    public static byte[] toSign(byte[] payload) {
        byte[] message = Arrays.copyOf(DOMAIN, DOMAIN.length + payload.length);
        System.arraycopy(payload, 0, message, DOMAIN.length, payload.length);
        return message;
    }
}
