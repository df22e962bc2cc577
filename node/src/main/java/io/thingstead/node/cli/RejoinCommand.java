package io.thingstead.node.cli;

import io.thingstead.node.consensus.comet.Outlook;
import io.thingstead.node.consortium.Rejoin;
import io.thingstead.node.consortium.RunningInvite;
import io.thingstead.node.ledger.Endpoint;
import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `thingstead consortium rejoin`: brings back a member whose data folder was lost and whose keys were kept.
@Command(
        name = "rejoin",
        description = {
            "Brings back a member whose data folder was lost and whose keys were kept.",
            "No member decides on it. It takes an invite of any member whose node runs:",
            "  consortium invite",
            "and a trust file of this ledger to check it against, for example the one",
            "that anybody saved from a member's page. An old one is brought up to date:",
            "  trust update OLD --from ADDRESS -o NEW",
            "The node that is started afterwards takes the others' state, closes the",
            "old log on the ledger (lost data), opens the next one and takes readings",
            "again; it votes as soon as it cannot vote twice.",
            "",
            "Errors begin with a code: keys.missing, keys.old, member.unknown (keys of",
            "no member), member.removed, folder.not-empty, invite.old, invite.ledger,",
            "invite.trust. After any of them, and after a crash, the same command may",
            "be given again.",
            ""
        },
        mixinStandardHelpOptions = true)
final class RejoinCommand extends ConsortiumCommand.Step {
    @Parameters(paramLabel = "INVITE", description = "The file of `consortium invite`, from any member.")
    private Path invite = Path.of("");

    @Option(
            names = "--keys",
            paramLabel = "DIR",
            description = "The copy of the member's keys, to be put into the data folder (default: they are there).")
    private @Nullable Path keys;

    @Option(
            names = "--trust",
            paramLabel = "FILE",
            description = "A trust file of this ledger: the invite must name the members that it trusts.")
    private @Nullable Path trust;

    @Option(
            names = "--believe-invite",
            description = "Without a trust file: believes whoever made the invite. An invite that somebody forged has"
                    + " this member vote, and sign for its log, on a ledger that is not the real one: evidence"
                    + " against it.")
    private boolean believe;

    @Override
    public Integer call() throws IOException {
        if ((trust == null) != believe) {
            throw wrong(
                    "say --trust FILE, a trust file of this ledger to check the invite against (an old one is brought"
                            + " up to date with `thingstead trust update`); or, where there is none and you know for sure who"
                            + " made the invite, --believe-invite instead: by a forged one this member's keys would sign for a"
                            + " ledger that is not the real one, and that is evidence against it");
        }
        var prepared =
                Rejoin.prepare(data(), keys, RunningInvite.read(invite), trust == null ? null : TrustText.read(trust));
        String name = prepared.member().member().value();
        say("These are the keys of " + name + ", a member of the ledger. " + data() + " is ready for it to come back.");
        say("");
        if (believe) {
            say(
                    "ATTENTION: nothing was checked against what you trusted before. Whoever made the invite could have forged");
            say(
                    "it, and would collect signatures of these keys. Compare the ledger with another member's page before its");
            say("node is started: it is " + prepared.ledger() + ".");
            say("");
        }
        outlook(prepared.outlook());
        if (!prepared.votes()) {
            say("Its engine key was changed since the keys were copied: it comes back without a vote. Afterwards:");
            say("  ./thingstead consortium propose engine-key --data " + data());
        } else if (prepared.isSpared()) {
            say("What its key voted on last is lost. It votes again once the others have decided a block that is 30 s");
            say("younger than the start of its node, so that it never votes twice.");
        } else {
            say("ATTENTION: with " + prepared.voters() + " members that vote the ledger stands still without this one,"
                    + " and this one does");
            say("not vote before the others have gone on. When its node runs, people decide:");
            say("  ./thingstead consortium vote-again --data " + data());
        }
        say("");
        say("Next: ./thingstead node --data " + data()
                + " --config thingstead.toml, the file it had before, with at least");
        say("  member = \"" + name + "\"");
        endpoint(prepared.endpoint());
        say("It takes the others' state, closes the old log on the ledger (lost data), opens the next one, and its");
        say("devices go on; frames that they kept are taken once more. Watch it with: ./thingstead consortium status.");
        say("");
        say(
                "Not coming back: what stood in the old log. Proofs made of it hold, and other members hold the leaves that");
        say("were final, and the readings that were granted to them. Access tokens are void: `device add NAME` makes");
        say("a new one. Copy " + data().resolve("keys") + " again: there is a new key in it.");
        say("Never start a node in the old data folder again, should it turn up: the same keys would vote twice.");
        return 0;
    }

    private void outlook(Outlook others) {
        if (others.answering().isEmpty()) {
            say(
                    "No other member answers from here now. The node goes on asking; if it stays so, look at the way to them,");
            say("or ask one of them for a new invite: they may have moved, or removed this member since.");
            return;
        }
        String names = others.answering().stream().map(Object::toString).collect(Collectors.joining(", "));
        say("Members that answer: " + names + "; the ledger is at block " + others.height() + "."
                + (others.isEnough() ? "" : " Two must answer before it can take their state."));
    }

    private void endpoint(@Nullable Endpoint known) {
        if (known != null) {
            say("  [engine] and [members] so that the others reach it at " + known.engine() + " and " + known.node());
        }
    }
}
