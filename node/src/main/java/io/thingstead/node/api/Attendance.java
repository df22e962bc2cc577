package io.thingstead.node.api;

import io.thingstead.kit.model.MemberId;
import io.thingstead.node.ledger.LedgerReader;
import io.thingstead.node.ledger.ValidatorSet;
import java.util.List;
import java.util.Objects;

/// Which members take no part now, and how many more may fail or lie before the ledger stands still.
final class Attendance {
    private final LedgerReader ledger;
    private final RecentSignatures recent;
    private final Standstill standstill;

    /// @param mayFail how many of the members that vote may fail or lie while all are there
    /// @param away members that vote and take no part now
    /// @param mayStillFail how many of those that are there may fail or lie besides
    record Tolerance(int members, int mayFail, int needed, List<String> away, int mayStillFail, String words) {}

    Attendance(LedgerReader ledger, RecentSignatures recent, Standstill standstill) {
        this.ledger = ledger;
        this.recent = recent;
        this.standstill = standstill;
    }

    Tolerance now() {
        ValidatorSet voters = ledger.validators();
        Standstill.Now still = standstill.now();
        if (still == null) return of(voters, quiet(voters));
        String words =
                "The ledger stands still: %d of its %d members must be there. Nothing is lost, and what is final stays."
                        .formatted(voters.needed(), voters.size());
        List<String> silent = Objects.requireNonNullElse(still.silent(), List.of());
        return new Tolerance(voters.size(), ValidatorSet.tolerated(voters.size()), voters.needed(), silent, 0, words);
    }

    private List<String> quiet(ValidatorSet voters) {
        List<RecentSignatures.Block> newest = recent.newest();
        return voters.members().stream()
                .map(voter -> voter.member())
                .filter(member -> RecentSignatures.share(newest, member).isQuiet())
                .map(MemberId::value)
                .sorted()
                .toList();
    }

    private static Tolerance of(ValidatorSet voters, List<String> away) {
        int tolerated = ValidatorSet.tolerated(voters.size());
        int left = Math.max(0, tolerated - away.size());
        return new Tolerance(
                voters.size(),
                tolerated,
                voters.needed(),
                away,
                left,
                words(voters.size(), voters.needed(), away, left));
    }

    static String words(int members, int needed, List<String> away, int mayStillFail) {
        if (members == 1) return "One member alone: the ledger is its word.";
        if (away.isEmpty()) {
            return mayStillFail == 0
                    ? "None of the %d members may fail or lie: with fewer than 4 the ledger stands still when one is away."
                            .formatted(members)
                    : "%d of %d members may fail or lie, and the ledger goes on and stays right."
                            .formatted(mayStillFail, members);
        }
        String who = "%s %s no part now; the other %d go on. "
                .formatted(String.join(", ", away), away.size() == 1 ? "takes" : "take", members - away.size());
        return mayStillFail == 0
                ? who
                        + "None of them may fail or lie as well: with fewer than %d the ledger stands still until they are back."
                                .formatted(needed)
                : who
                        + "%d of them may still fail or lie, and the ledger goes on and stays right."
                                .formatted(mayStillFail);
    }
}
