package io.thingstead.node.ledger.action;

import io.thingstead.kit.crypto.CborWriter;
import io.thingstead.kit.crypto.VerifyingKey;
import io.thingstead.kit.model.Thumbprint;
import io.thingstead.node.ledger.Draft;
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
                Grant,
                Hold,
                Issue,
                LogEvidence,
                OpenAccount,
                OpenChannel,
                OpenLog,
                PromiseEvidence,
                Propose,
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
                TakeSeat,
                TopUpChannel,
                Transfer,
                Withdraw {
    /// Who asks: the transaction's identity and its verified signers.
    record Request(byte[] transaction, List<Thumbprint> signers) {}

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

    String inWords();
}
