package io.thingstead.node.contract;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// A contract as somebody wrote it: with the values of its terms and the accounts of its parties, as far as they are
/// given, and with what is wrong with it.
///
/// @param accounts by party's name; whose account is not given yet is not there
/// @param findings errors first come first; none of them an error: it may be signed
public record ContractFile(
        Contract contract, Values values, Map<String, String> accounts, Spots spots, List<Finding> findings) {
    public ContractFile {
        findings = List.copyOf(findings);
    }

    /// What an unreadable text comes to.
    static ContractFile unreadable(List<Finding> findings) {
        return new ContractFile(
                new Contract("", "", List.of(), List.of(), List.of(), List.of(), null),
                new Values(List.of()),
                new TreeMap<>(),
                Spots.NONE,
                findings);
    }

    /// Reads and checks a contract: YAML or JSON.
    ///
    /// @param given values of terms and accounts of parties that take the place of the text's, by name
    public static ContractFile read(String text, Map<String, String> given) {
        ContractFile read = ContractTextReader.read(text, given);
        return read.isSound() ? read.with(ContractCheck.of(read)) : read;
    }

    private ContractFile with(List<Finding> more) {
        return new ContractFile(contract, values, accounts, spots, more);
    }

    /// Whether there is no error.
    public boolean isSound() {
        return findings.stream().noneMatch(Finding::isError);
    }
}
