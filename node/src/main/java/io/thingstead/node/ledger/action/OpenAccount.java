package io.thingstead.node.ledger.action;

import io.thingstead.kit.crypto.CborReader;
import io.thingstead.kit.crypto.CborWriter;
import io.thingstead.kit.crypto.VerifyingKey;
import io.thingstead.kit.model.AccountId;
import io.thingstead.kit.model.KeyRole;
import io.thingstead.kit.model.MemberId;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Refused;
import io.thingstead.kit.model.Thumbprint;
import io.thingstead.node.ledger.Draft;
import io.thingstead.node.ledger.EventType;
import io.thingstead.node.ledger.KeyRecord;
import io.thingstead.node.ledger.StateKeys;
import io.thingstead.node.ledger.money.AccountRecord;
import io.thingstead.node.ledger.money.Counts;
import java.util.List;

/// A member hosts the account of a wallet key: of a person or a program, known by the key alone.
public record OpenAccount(MemberId host, VerifyingKey key, byte[] possession) implements Action {
    static final int TYPE = 23;

    static OpenAccount read(CborReader in) {
        in.readArrayOf(3);
        return new OpenAccount(Actions.member(in), Actions.key(in), in.readBytes(Actions.MAX_POSSESSION));
    }

    @Override
    public int type() {
        return TYPE;
    }

    @Override
    public String name() {
        return "open-account";
    }

    @Override
    public void writeBody(CborWriter out) {
        out.array(3).text(host.value()).bytes(key.coseKey()).bytes(possession);
    }

    @Override
    public List<String> subjects() {
        return List.of(account().value(), Draft.subject(host));
    }

    @Override
    public Outcome apply(Request request, Draft draft) {
        if (!draft.isSignedBy(request.signers(), host, KeyRole.NODE)) {
            return Outcome.declined(
                    Refusal.ACTION_NOT_ALLOWED, "the node key of " + host + " opens the accounts it hosts");
        }
        if (Counts.isFull(draft, Counts.Kind.ACCOUNTS, host.value())) {
            return Outcome.declined(Refusal.ACCOUNT_FULL, host + " hosts " + Counts.Kind.ACCOUNTS.most() + " accounts");
        }
        Refused objection = KeyCheck.objection(key, possession, subject(host), draft);
        if (objection != null) {
            return new Outcome.Declined(objection);
        }
        Thumbprint wallet = key.thumbprint();
        long event = draft.nextEventNo();
        Counts.add(draft, Counts.Kind.ACCOUNTS, host.value());
        draft.put(KeyRecord.fresh(key, account().value(), host, KeyRole.WALLET, event));
        draft.put(StateKeys.account(wallet), new AccountRecord(wallet, host, event).encode());
        draft.happened(
                request.transaction(),
                EventType.ACCOUNT_OPENED,
                subjects(),
                new CborWriter().array(2).bytes(wallet.bytes()).text(host.value()));
        return Outcome.HAPPENED;
    }

    /// What a wallet key signs to show that it is held.
    public static String subject(MemberId host) {
        return host + "#" + KeyRole.WALLET.label();
    }

    private AccountId account() {
        return AccountId.of(key.thumbprint());
    }

    @Override
    public String inWords() {
        return "Open the account " + account().inWords() + ", hosted by " + host;
    }
}
