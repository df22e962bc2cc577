package io.thingstead.node.ledger;

import io.thingstead.kit.crypto.CborMalformed;
import io.thingstead.kit.crypto.CborReader;
import io.thingstead.kit.crypto.Sha256;
import io.thingstead.kit.model.LedgerId;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Refused;
import io.thingstead.kit.model.Result;
import io.thingstead.kit.model.Thumbprint;
import io.thingstead.node.ledger.action.Action;
import io.thingstead.node.ledger.action.Actions;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// A payload with signatures beside it, and perhaps attachments, asking the ledger for up to 256 actions
/// (`docs/formats.md` §7).
/// The arrays are the object's own: nobody changes them.
///
/// @param identity H(payload): what makes a transaction this one, whatever its signatures' bytes
public record Transaction(
        byte[] payload,
        byte[] identity,
        LedgerId ledger,
        long validUntil,
        List<Thumbprint> signers,
        List<Action> actions,
        boolean atomic,
        List<byte[]> signatures,
        List<Attachment> attachments) {
    public static final int MAX_BYTES = 65_536;
    public static final int MAX_ACTIONS = 256;
    public static final int MAX_SIGNERS = 16;
    public static final int MAX_ATTACHMENTS = 16;
    public static final int NONCE_BYTES = 16;
    public static final long MAX_VALIDITY_MS = 24 * 3_600_000L;

    private static final byte[] DOMAIN = "ts-tx/1\0".getBytes(StandardCharsets.US_ASCII);

    public Transaction {
        signers = List.copyOf(signers);
        actions = List.copyOf(actions);
        signatures = List.copyOf(signatures);
        attachments = List.copyOf(attachments);
    }

    /// A payload, read.
    private record Payload(
            LedgerId ledger, long validUntil, List<Thumbprint> signers, List<Action> actions, boolean atomic) {}

    public static Result<Transaction> decode(byte[] bytes) {
        if (bytes.length > MAX_BYTES) {
            return Result.no(Refusal.TX_MALFORMED, "a transaction has at most " + MAX_BYTES + " bytes");
        }
        try {
            return read(CborReader.strict(bytes));
        } catch (CborMalformed e) {
            return Result.no(Refusal.TX_MALFORMED, "transaction: " + e.getMessage());
        }
    }

    /// How many signatures these bytes claim to carry, whatever else they are; at least one.
    static int signaturesIn(byte[] bytes) {
        try {
            CborReader in = CborReader.strict(bytes);
            in.readArray(3);
            in.skipBytes(MAX_BYTES);
            return Math.max(1, in.readArray(MAX_SIGNERS));
        } catch (CborMalformed e) {
            return 1;
        }
    }

    private static Result<Transaction> read(CborReader in) {
        boolean attached = in.readArray(3) == 3;
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
        List<Attachment> attachments = attached ? readAttachments(in) : List.of();
        in.expectEnd();
        return switch (readPayload(CborReader.strict(payload))) {
            case Result.No<Payload>(Refused refused) -> new Result.No<>(refused);
            case Result.Ok<Payload>(Payload p) -> {
                if (signed.isEmpty() || !signed.equals(p.signers)) {
                    throw new CborMalformed("the signatures do not follow the list of signers");
                }
                requireAttached(p.actions, attachments);
                byte[] identity = Sha256.of(payload);
                yield Result.ok(new Transaction(
                        payload,
                        identity,
                        p.ledger,
                        p.validUntil,
                        p.signers,
                        p.actions,
                        p.atomic,
                        signatures,
                        attachments));
            }
        };
    }

    private static List<Attachment> readAttachments(CborReader in) {
        int count = in.readArray(MAX_ATTACHMENTS);
        if (count == 0) {
            throw new CborMalformed("an empty list of attachments");
        }
        List<Attachment> attachments = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            in.readArrayOf(2);
            attachments.add(new Attachment(in.readBytesOf(Attachment.SALT_BYTES), in.readBytes(MAX_BYTES)));
        }
        return attachments;
    }

    /// The attachments are those that the actions speak of, in their order: nobody on the way takes one off, or hangs
    /// anything on. Else it is not this transaction, and its identity is not used up.
    private static void requireAttached(List<Action> actions, List<Attachment> attachments) {
        List<byte[]> spoken =
                actions.stream().flatMap(action -> action.attached().stream()).toList();
        if (spoken.size() != attachments.size()) {
            throw new CborMalformed("the attachments are not those that the actions speak of");
        }
        for (int i = 0; i < spoken.size(); i++) {
            if (!Arrays.equals(spoken.get(i), attachments.get(i).commitment())) {
                throw new CborMalformed("an attachment is not what its action speaks of");
            }
        }
    }

    private static Result<Payload> readPayload(CborReader in) {
        int labels = in.readMap(6);
        if (labels < 5) {
            throw new CborMalformed("a payload has the labels 1 to 5");
        }
        expect(in, 1);
        LedgerId ledger = new LedgerId(in.readBytesOf(32));
        expect(in, 2);
        in.readBytesOf(NONCE_BYTES);
        expect(in, 3);
        long validUntil = in.readUint();
        if (validUntil > Actions.MAX_NUMBER) {
            throw new CborMalformed("validUntil is over 2^53 - 1");
        }
        expect(in, 4);
        List<Thumbprint> signers = readSigners(in);
        expect(in, 5);
        int count = in.readArray(MAX_ACTIONS);
        if (count == 0) {
            throw new CborMalformed("no actions");
        }
        List<Action> actions = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            switch (Actions.read(in)) {
                case Result.No<Action>(Refused refused) -> {
                    return new Result.No<>(refused);
                }
                case Result.Ok<Action>(Action action) -> actions.add(action);
            }
        }
        if (labels == 6) {
            expect(in, 6);
            if (!in.readBoolean()) {
                throw new CborMalformed("label 6 is true or absent");
            }
        }
        in.expectEnd();
        return Result.ok(new Payload(ledger, validUntil, signers, actions, labels == 6));
    }

    private static List<Thumbprint> readSigners(CborReader in) {
        int count = in.readArray(MAX_SIGNERS);
        List<Thumbprint> signers = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            Thumbprint signer = new Thumbprint(in.readBytesOf(32));
            if (signers.contains(signer)) {
                throw new CborMalformed("a signer stands twice");
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

    /// What each signer signs.
    public static byte[] toSign(byte[] payload) {
        byte[] message = Arrays.copyOf(DOMAIN, DOMAIN.length + payload.length);
        System.arraycopy(payload, 0, message, DOMAIN.length, payload.length);
        return message;
    }
}
