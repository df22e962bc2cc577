package io.thingstead.node.ledger;

import io.thingstead.kit.crypto.CborWriter;
import io.thingstead.kit.crypto.Signer;
import io.thingstead.kit.model.LedgerId;
import io.thingstead.node.ledger.action.Action;
import java.util.List;

/// Makes signed transactions out of actions. The nonce comes from the caller: the ledger's code draws no random
/// numbers.
public final class Transactions {
    private Transactions() {}

    public static byte[] sign(
            LedgerId ledger,
            byte[] nonce,
            long validUntil,
            List<? extends Action> actions,
            List<? extends Signer> signers) {
        return sign(ledger, nonce, validUntil, actions, false, signers);
    }

    public static byte[] sign(
            LedgerId ledger,
            byte[] nonce,
            long validUntil,
            List<? extends Action> actions,
            boolean atomic,
            List<? extends Signer> signers) {
        return sign(ledger, nonce, validUntil, actions, atomic, signers, List.of());
    }

    /// @param attachments what the actions speak of, in their order
    public static byte[] sign(
            LedgerId ledger,
            byte[] nonce,
            long validUntil,
            List<? extends Action> actions,
            boolean atomic,
            List<? extends Signer> signers,
            List<Attachment> attachments) {
        CborWriter out = new CborWriter(256)
                .map(atomic ? 6 : 5)
                .integer(1)
                .bytes(ledger.bytes())
                .integer(2)
                .bytes(nonce)
                .integer(3)
                .integer(validUntil)
                .integer(4)
                .array(signers.size());
        signers.forEach(signer -> out.bytes(signer.key().thumbprint().bytes()));
        out.integer(5).array(actions.size());
        for (Action action : actions) {
            out.array(2).integer(action.type());
            action.writeBody(out);
        }
        if (atomic) {
            out.integer(6).bool(true);
        }
        byte[] payload = out.toBytes();
        CborWriter whole = new CborWriter(payload.length + 128)
                .array(attachments.isEmpty() ? 2 : 3)
                .bytes(payload)
                .array(signers.size());
        byte[] toSign = Transaction.toSign(payload);
        for (Signer signer : signers) {
            whole.array(4)
                    .bytes(signer.key().thumbprint().bytes())
                    .integer(0)
                    .bytes(new byte[0])
                    .bytes(signer.sign(toSign));
        }
        if (!attachments.isEmpty()) {
            whole.array(attachments.size());
            attachments.forEach(
                    attachment -> whole.array(2).bytes(attachment.salt()).bytes(attachment.content()));
        }
        return whole.toBytes();
    }
}
