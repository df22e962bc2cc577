package io.thingstead.node.api;

import io.thingstead.kit.crypto.CborReader;
import io.thingstead.kit.crypto.CborWriter;
import io.thingstead.kit.model.AccountId;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Result;
import io.thingstead.node.contract.Contract;
import io.thingstead.node.contract.ContractCodec;
import io.thingstead.node.contract.GivenValue;
import io.thingstead.node.contract.Values;
import io.thingstead.node.ledger.LedgerReader;
import io.thingstead.node.ledger.market.OfferTerms;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The contract by which an offer is taken, with the values that are laid down for it, and as somebody takes it.
record OfferedContract(Contract contract, Values values, OfferTerms terms) {
    static OfferedContract of(LedgerReader ledger, byte[] hash, OfferTerms terms) {
        Contract contract = ContractCodec.decode(ledger.contracts().code(hash).orElseThrow());
        return new OfferedContract(contract, Values.read(contract, CborReader.strict(terms.values())), terms);
    }

    /// With the open terms as who takes it wants them.
    Result<Values> taken(Map<String, @Nullable String> given) {
        List<Values.Value> list = new ArrayList<>(values.list());
        for (var value : given.entrySet()) {
            var index = contract.indexOfTerm(value.getKey());
            if (index.isEmpty() || !terms.open().contains(value.getKey())) {
                return Result.no(
                        Refusal.OFFER_OTHER,
                        "“" + value.getKey() + "” is not open: "
                                + (terms.open().isEmpty() ? "nothing is" : String.join(", ", terms.open())));
            }
            var type = contract.terms().get(index.getAsInt()).type();
            String text = value.getValue();
            Optional<Values.Value> read = text == null ? Optional.empty() : GivenValue.read(type, text);
            if (read.isEmpty()) {
                return Result.no(
                        Refusal.REQUEST_MALFORMED,
                        "“" + value.getKey() + "” is a " + OfferJson.typeOf(type) + ", not “" + text + "”");
            }
            list.set(index.getAsInt(), read.get());
        }
        return Result.ok(new Values(list));
    }

    static byte[] bytes(Values values) {
        CborWriter out = new CborWriter(256);
        values.write(out);
        return out.toBytes();
    }

    /// The accounts of the parties, in their order: who offers, those that are given, and for the one party that is
    /// left who takes it.
    Result<List<AccountId>> accounts(
            String offering, AccountId offerer, Map<String, @Nullable String> given, AccountId taker) {
        List<AccountId> accounts = new ArrayList<>();
        boolean takerIsParty = given.containsValue(taker.value());
        for (Contract.Party party : contract.parties()) {
            String text = given.get(party.name());
            if (party.name().equals(offering)) {
                accounts.add(offerer);
            } else if (text != null) {
                var account = AccountId.parse(text);
                if (account.isEmpty()) {
                    return Result.no(Refusal.REQUEST_MALFORMED, "“" + party.name() + "” is an account: member/…");
                }
                accounts.add(account.get());
            } else if (!takerIsParty) {
                accounts.add(taker);
                takerIsParty = true;
            } else {
                return Result.no(Refusal.CONTRACT_PARTY, "“" + party.name() + "” has no account");
            }
        }
        for (String name : given.keySet()) {
            if (contract.indexOfParty(name).isEmpty()) {
                return Result.no(Refusal.CONTRACT_PARTY, "there is no party “" + name + "”");
            }
        }
        return Result.ok(accounts);
    }
}
