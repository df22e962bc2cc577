package io.thingstead.node.contract;

import io.thingstead.node.contract.Contract.TermType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Who gave and got how much in a course of a contract, and what is still locked up.
public final class Sums {
    private final Contract contract;
    private final Map<Of, long[]> sums = new LinkedHashMap<>();

    private record Of(String party, String asset, int decimals) {}

    /// @param gave into deposits
    /// @param got out of deposits
    public record Sum(String party, String asset, int decimals, long gave, long got) {}

    /// Each party locks up its deposits at the beginning.
    public Sums(Contract contract, Values values) {
        this.contract = contract;
        contract.deposits().forEach(d -> of(d.name(), d.party())[0] += values.number(contract, d.amount()));
    }

    public void add(List<Act> acts) {
        for (Act act : acts) {
            switch (act) {
                case Act.Paid(String deposit, String party, long amount, var _) -> of(deposit, party)[1] += amount;
                case Act.Released(String deposit, String party, long amount) -> of(deposit, party)[1] += amount;
                case Act.PaidIn(String deposit, long amount) ->
                    of(deposit, contract.deposit(deposit).party())[0] += amount;
                default -> {
                    // moves no money
                }
            }
        }
    }

    private long[] of(String deposit, String party) {
        TermType.Money money = money(contract, deposit);
        return sums.computeIfAbsent(new Of(party, money.asset(), money.decimals()), _ -> new long[2]);
    }

    static TermType.Money money(Contract contract, String deposit) {
        return (TermType.Money)
                contract.typeOf(contract.deposit(deposit).amount()).orElseThrow();
    }

    /// In the order of the parties.
    public List<Sum> all() {
        List<Sum> all = new ArrayList<>();
        for (Contract.Party party : contract.parties()) {
            sums.forEach((of, sum) -> {
                if (of.party.equals(party.name())) {
                    all.add(new Sum(of.party, of.asset, of.decimals, sum[0], sum[1]));
                }
            });
        }
        return all;
    }
}
