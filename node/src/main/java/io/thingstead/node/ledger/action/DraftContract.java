package io.thingstead.node.ledger.action;

import io.thingstead.kit.crypto.CborMalformed;
import io.thingstead.kit.crypto.CborReader;
import io.thingstead.kit.crypto.CborWriter;
import io.thingstead.kit.model.AccountId;
import io.thingstead.kit.model.Refusal;
import io.thingstead.node.contract.Contract;
import io.thingstead.node.contract.ContractCodec;
import io.thingstead.node.ledger.Draft;
import io.thingstead.node.ledger.StateKeys;
import io.thingstead.node.ledger.contract.ContractDrafts;
import io.thingstead.node.ledger.contract.Contracts;
import io.thingstead.node.ledger.money.MoneyWords;
import java.util.ArrayList;
import java.util.List;

/// A party brings a contract onto the ledger, for all parties to sign. The contract itself is given once; of the same
/// kind, later ones name its hash.
///
/// @param replaces the running contract that ends as soon as all have signed this one; 0: none
public record DraftContract(
        byte[] contract, byte[] values, List<AccountId> accounts, long renderer, byte[] text, long replaces)
        implements Action {
    static final int TYPE = 40;

    private static final int MAX_VALUES = 32_768;
    private static final int HASH = 32;

    public DraftContract {
        accounts = List.copyOf(accounts);
    }

    static DraftContract read(CborReader in) {
        in.readArrayOf(6);
        byte[] contract = in.readBytes(ContractCodec.MAX_BYTES);
        byte[] values = in.readBytes(MAX_VALUES);
        int count = in.readArray(Contract.MAX_PARTIES);
        List<AccountId> accounts = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            accounts.add(MoneyWords.account(in));
        }
        if (accounts.isEmpty()) {
            throw new CborMalformed("a contract without parties");
        }
        return new DraftContract(
                contract, values, accounts, Actions.number(in), in.readBytesOf(32), Actions.number(in));
    }

    @Override
    public int type() {
        return TYPE;
    }

    @Override
    public String name() {
        return "draft-contract";
    }

    @Override
    public void writeBody(CborWriter out) {
        out.array(6).bytes(contract).bytes(values).array(accounts.size());
        accounts.forEach(account -> out.text(account.value()));
        out.integer(renderer).bytes(text).integer(replaces);
    }

    @Override
    public List<String> subjects() {
        return accounts.stream().map(AccountId::value).distinct().toList();
    }

    @Override
    public Outcome apply(Request request, Draft draft) {
        byte[] code = contract;
        if (contract.length == HASH) {
            byte[] known = Contracts.code(draft.get(StateKeys.contractCode(contract)));
            if (known == null) {
                return Outcome.declined(
                        Refusal.CONTRACT_UNKNOWN, "the ledger has no contract of this hash: give it whole");
            }
            code = known;
        }
        return Outcome.of(ContractDrafts.draft(
                draft, request.transaction(), request.signers(), code, values, accounts, renderer, text, replaces));
    }

    @Override
    public String inWords() {
        return "Draft a contract between " + accounts.size() + " parties"
                + (replaces == 0 ? "" : " in place of contract " + replaces);
    }
}
