package io.thingstead.kit.proof;

import io.thingstead.kit.proof.TrustFile.EraMember;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Says in plain words what links change among the members that vote.
public final class LinkWords {
    private LinkWords() {}

    /// What each link says, for example `at block 120: + grower; now 5 members`.
    ///
    /// @param linked the trust file with the links added to it
    public static List<String> of(List<TrustLink> links, TrustFile linked) {
        return links.stream().map(link -> of(link, linked)).toList();
    }

    private static String of(TrustLink link, TrustFile linked) {
        var at = "at block " + link.height() + ": ";
        return switch (link) {
            case EraLink begins -> {
                var era = begins.era();
                var words = at + "era " + era.number() + " begins with " + names(era.members());
                yield linked.whoAloneNamed(era.number())
                        .map(one -> words + ", as " + one.member() + " alone named them")
                        .orElse(words);
            }
            case SetLink set -> at + change(set, linked) + "; now " + count(set.after());
        };
    }

    private static String change(SetLink link, TrustFile linked) {
        var words = new ArrayList<String>();
        for (var came : link.after()) {
            if (has(link.before(), came)) continue;
            boolean otherKey = link.before().stream()
                    .filter(m -> !has(link.after(), m))
                    .anyMatch(m -> linked.holder(m.engineKey())
                            .filter(came.member()::equals)
                            .isPresent());
            words.add(otherKey ? came.member() + " has another engine key" : "+ " + came.member());
        }
        for (var went : link.before()) {
            if (has(link.after(), went)) continue;
            var name = linked.holder(went.engineKey()).orElse(went.member());
            if (link.after().stream().noneMatch(m -> m.member().equals(name))) words.add("- " + name);
        }
        return words.isEmpty() ? "nothing changed" : String.join(", ", words);
    }

    private static boolean has(List<EraMember> members, EraMember one) {
        return members.stream()
                .anyMatch(m ->
                        Arrays.equals(m.engineKey().coseKey(), one.engineKey().coseKey()));
    }

    private static String count(List<EraMember> members) {
        return members.size() == 1 ? "1 member" : members.size() + " members";
    }

    /// The members' names.
    public static String names(List<EraMember> members) {
        return String.join(", ", members.stream().map(m -> m.member().value()).toList());
    }
}
