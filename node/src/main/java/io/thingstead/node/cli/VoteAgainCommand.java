package io.thingstead.node.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `thingstead consortium vote-again`: a member that lost its record of votes votes again, on the word of people who
/// were told what it risks.
@Command(
        name = "vote-again",
        description = {
            "Only for members that lost their record of votes, when so many did that the ledger stands still for ever.",
            "Says in plain words what it risks; with --yes-i-know this member then votes again at once.",
            "Refused while the others can go on without it."
        },
        mixinStandardHelpOptions = true)
final class VoteAgainCommand extends DecisionCommands.AtNode {
    private static final String PATH = "/api/consortium/vote-again";

    @Option(names = "--yes-i-know", description = "I have read what it risks, and asked all members.")
    private boolean known;

    @Override
    public Integer call() {
        RunningNode node = node();
        JsonNode meaning = node.getJson(PATH);
        meaning.path("words").forEach(sentence -> say(sentence.asText()));
        if (!known) {
            say("Nothing was done. To do it: the same command with --yes-i-know.");
            return Failures.EXIT_FAILED;
        }
        node.post(PATH, Map.of());
        say("THIS MEMBER VOTES AGAIN, without knowing what it has voted before.");
        return 0;
    }
}
