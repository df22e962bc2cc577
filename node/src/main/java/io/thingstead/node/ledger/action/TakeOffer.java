package io.thingstead.node.ledger.action;

import io.thingstead.kit.crypto.CborMalformed;
import io.thingstead.kit.crypto.CborReader;
import io.thingstead.kit.crypto.CborWriter;
import io.thingstead.kit.model.AccountId;
import io.thingstead.node.contract.Contract;
import io.thingstead.node.ledger.Draft;
import io.thingstead.node.ledger.StateKeys;
import io.thingstead.node.ledger.market.OfferTerms;
import io.thingstead.node.ledger.market.Offers;
import io.thingstead.node.ledger.money.MoneyWords;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;

/// Takes an offer: drafts its contract, which who offers has signed by the offer, and signs it. With two parties it
/// begins at once, with more when the others have signed.
///
/// @param values of all its terms: those that are laid down as they are, the open ones as who takes it wants them
/// @param accounts of its parties, in their order
public record TakeOffer(long offer, byte[] values, List<AccountId> accounts, long renderer, byte[] text)
        implements Action {
    static final int TYPE = 52;

    public TakeOffer {
        accounts = List.copyOf(accounts);
    }

    static TakeOffer read(CborReader in) {
        in.readArrayOf(5);
        long offer = Actions.number(in);
        byte[] values = in.readBytes(OfferTerms.MAX_VALUES);
        int count = in.readArray(Contract.MAX_PARTIES);
        List<AccountId> accounts = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            accounts.add(MoneyWords.account(in));
        }
        if (accounts.isEmpty()) {
            throw new CborMalformed("a contract without parties");
        }
        return new TakeOffer(offer, values, accounts, Actions.number(in), in.readBytesOf(32));
    }

    @Override
    public int type() {
        return TYPE;
    }

    @Override
    public String name() {
        return "take-offer";
    }

    @Override
    public void writeBody(CborWriter out) {
        out.array(5).integer(offer).bytes(values).array(accounts.size());
        accounts.forEach(account -> out.text(account.value()));
        out.integer(renderer).bytes(text);
    }

    @Override
    public List<String> subjects() {
        SequencedSet<String> subjects = new LinkedHashSet<>();
        subjects.add(StateKeys.offer(offer));
        accounts.forEach(account -> subjects.add(account.value()));
        return List.copyOf(subjects);
    }

    @Override
    public Outcome apply(Request request, Draft draft) {
        return Outcome.of(
                Offers.take(draft, request.transaction(), request.signers(), offer, values, accounts, renderer, text));
    }

    @Override
    public String inWords() {
        return "Take offer number " + offer + " by a contract between " + accounts.size() + " parties";
    }
}
