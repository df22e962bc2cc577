package io.thingstead.node.contract;

import java.util.ArrayList;
import java.util.List;

/// Everything that is looked at before anyone signs (`docs/contracts.md`, "What is checked"). What is found wrong
/// stands
/// first, in the text's order.
public final class ContractCheck {
    private ContractCheck() {}

    /// What is to be said about a contract that was read without a fault.
    public static List<Finding> of(ContractFile file) {
        return of(new Code(file.contract()), file.values(), file.spots());
    }

    /// The same on the ledger, where nobody has the text: whether there is any error.
    public static List<Finding> of(Code code, Values values) {
        return of(code, values, Spots.NONE);
    }

    private static List<Finding> of(Code code, Values values, Spots spots) {
        Contract contract = code.contract();
        List<Finding> findings = new ArrayList<>(new NameCheck(contract, spots).findings());
        if (findings.isEmpty()) {
            FlowCheck flow = new FlowCheck(contract, values, spots);
            findings.addAll(flow.findings());
            if (!flow.isTooComplex()) {
                findings.addAll(new GuardCheck(code, values, spots).findings());
            }
        }
        if (findings.stream().noneMatch(Finding::isError)) {
            Ways ways = new Ways(contract);
            findings.addAll(new MoneyCheck(contract, values, spots, ways).findings());
            findings.addAll(new SilenceCheck(contract, values, spots, ways).findings());
        }
        findings.sort((a, b) -> a.isError() != b.isError()
                ? (a.isError() ? -1 : 1)
                : a.line() != b.line() ? Integer.compare(a.line(), b.line()) : Integer.compare(a.column(), b.column()));
        return List.copyOf(findings);
    }
}
