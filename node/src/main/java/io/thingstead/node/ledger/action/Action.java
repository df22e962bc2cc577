package io.thingstead.node.ledger.action;

import io.thingstead.kit.crypto.CborWriter;
import io.thingstead.kit.crypto.VerifyingKey;
import io.thingstead.kit.model.Thumbprint;
import io.thingstead.node.ledger.Attachment;
import io.thingstead.node.ledger.Draft;
import java.util.Arrays;
import java.util.List;

/// Something a transaction asks of the ledger. One file per action: its fields, who must sign, what it checks, what it
/// changes, which events it emits, how it reads in plain words.
///
/// To add one: copy a file, give it a number, and add a line to [Actions] (and here).
public sealed interface Action
        permits AddDeviceKey,
                AnchorCheckpoint,
                Approve,
                Capture,
                CloseChannel,
                CloseLog,
                CreateAsset,
                DemandReadings,
                DraftContract,
                Grant,
                Hold,
                Issue,
                LogEvidence,
                OpenAccount,
                OpenChannel,
                OpenLog,
                PromiseEvidence,
                Propose,
                PublishOffer,
                Redeem,
                RegisterDevice,
                RegisterDevices,
                RegisterMember,
                Release,
                RevokeDeviceKey,
                RevokeGrant,
                RevokeLimit,
                RotateDeviceKey,
                SetEndpoint,
                SetLimit,
                SetMemberKey,
                ShowReadings,
                SignContract,
                StepContract,
                TakeOffer,
                TakeSeat,
                TopUpChannel,
                Transfer,
                Withdraw,
                WithdrawContract,
                WithdrawOffer {
    /// Who asks: the transaction's identity and its verified signers.
    ///
    /// @param attachments what travels beside the transaction
    record Request(byte[] transaction, List<Thumbprint> signers, List<Attachment> attachments) {
        public Request {
            attachments = List.copyOf(attachments);
        }

        /// What was attached under this commitment; a transaction that lacks it is not taken at all.
        public byte[] attached(byte[] commitment) {
            for (Attachment attachment : attachments) {
                if (Arrays.equals(attachment.commitment(), commitment)) {
                    return attachment.content();
                }
            }
            throw new IllegalStateException("a transaction without what it speaks of was taken");
        }
    }

    /// The number on the wire.
    int type();

    /// The name in documents and pages.
    String name();

    /// Writes the body, a det-CBOR array.
    void writeBody(CborWriter out);

    /// What the action is about: the subjects that its events name, its refusal too; 1 to 16.
    List<String> subjects();

    /// Checks and does it, in the draft. What it wrote before declining is forgotten.
    Outcome apply(Request request, Draft draft);

    /// Keys that may sign the transaction though they come onto the ledger only by it; only while nobody is a member.
    default List<VerifyingKey> foundingKeys() {
        return List.of();
    }

    /// Commitments to what must travel beside the transaction.
    default List<byte[]> attached() {
        return List.of();
    }

    String inWords();
}
