package io.thingstead.node;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.thingstead.kit.model.MemberId;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Result;
import io.thingstead.node.api.HeldVotes;
import io.thingstead.node.consensus.ConsensusEngine;
import io.thingstead.node.consensus.comet.ShownCommits;
import io.thingstead.node.exchange.MemberAnswer;
import io.thingstead.node.exchange.MemberUnreachable;
import io.thingstead.node.exchange.OtherMembers;
import io.thingstead.node.exchange.StatusRoute;
import io.thingstead.node.ledger.EraRecord.EraMember;
import io.thingstead.node.ledger.LedgerReader;
import io.thingstead.node.ledger.ValidatorSet;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Where more members lost their record of votes than the ledger can do without, each waits for the others for ever.
/// People may end the wait of their member, knowing what it risks; refused while the ledger goes on without them, and
/// while another member shows that it is further.
public final class VoteAgain implements HeldVotes {
    private static final Logger LOG = LoggerFactory.getLogger(VoteAgain.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int MAX_STATUS = 4_096;

    private final MemberId self;
    private final LedgerReader ledger;
    private final OtherMembers others;
    private final ConsensusEngine engine;
    private final BooleanSupplier isOnItsWay;

    /// @param isOnItsWay whether this member took a snapshot and has no block of its own after it yet
    public VoteAgain(
            MemberId self,
            LedgerReader ledger,
            OtherMembers others,
            ConsensusEngine engine,
            BooleanSupplier isOnItsWay) {
        this.self = self;
        this.ledger = ledger;
        this.others = others;
        this.engine = engine;
        this.isOnItsWay = isOnItsWay;
    }

    /// What the members that vote say of themselves.
    private record Standings(
            List<String> voting,
            List<String> holding,
            List<String> silent,
            List<String> further,
            List<String> claiming) {
        Standings() {
            this(new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        }
    }

    @Override
    public Result<List<String>> meaning() {
        if (engine.holdsBack().isEmpty()) {
            return Result.no(Refusal.VOTES_NOT_HELD, "this member holds no votes back: there is nothing to end");
        }
        if (isOnItsWay.getAsBoolean()) {
            return Result.no(
                    Refusal.VOTES_BEHIND,
                    "this member is still on its way from a snapshot to the others' newest block: wait until it has got"
                            + " there");
        }
        ValidatorSet voters = ledger.validators();
        long height = ledger.head().height();
        Standings standings = standings(voters, height);
        if (!standings.further.isEmpty()) {
            return Result.no(
                    Refusal.VOTES_BEHIND,
                    String.join(", ", standings.further) + " has blocks after block " + height
                            + ": wait until this member has them, too");
        }
        if (standings.voting.size() >= voters.needed()) {
            return Result.no(
                    Refusal.VOTES_NOT_NEEDED,
                    standings.voting.size() + " of " + voters.size() + " members vote, and " + voters.needed()
                            + " are enough: the ledger goes on, and this member's wait ends by itself");
        }
        return Result.ok(words(voters, height, standings));
    }

    private Standings standings(ValidatorSet voters, long height) {
        Standings standings = new Standings();
        for (EraMember voter : voters.members()) {
            String name = voter.member().value();
            JsonNode said = voter.member().equals(self) ? null : status(voter.member());
            if (voter.member().equals(self)) {
                standings.holding.add(name + " (this one)");
            } else if (said == null || !said.path("holds").isBoolean()) {
                standings.silent.add(name);
            } else {
                (said.path("holds").asBoolean() ? standings.holding : standings.voting).add(name);
                if (said.path("height").asLong() > height) {
                    (shows(voter.member(), height + 1) ? standings.further : standings.claiming).add(name);
                }
            }
        }
        return standings;
    }

    /// A member alone may say anything: what counts is a block that the others have signed.
    private boolean shows(MemberId member, long height) {
        String chain = ledger.era(ledger.head().era()).chainId();
        return Stream.concat(
                        Stream.of(ledger.validators().members()),
                        ledger.certified().map(LedgerReader.CertifiedHead::voters).stream())
                .distinct()
                .anyMatch(voters -> new ShownCommits(others).has(member, height, voters, chain));
    }

    private @Nullable JsonNode status(MemberId member) {
        try {
            MemberAnswer answer = others.ask(member, StatusRoute.PREFIX, MAX_STATUS);
            return answer.isOk() ? JSON.readTree(answer.body()) : null;
        } catch (MemberUnreachable | IOException e) {
            LOG.debug("{} does not say how it stands: {}", member, e.toString());
            return null;
        }
    }

    private static List<String> words(ValidatorSet voters, long height, Standings standings) {
        List<String> words = new ArrayList<>();
        words.add(
                "Lost their record of votes and hold their votes back: " + String.join(", ", standings.holding) + ".");
        words.add("Vote: " + (standings.voting.isEmpty() ? "none" : String.join(", ", standings.voting)) + ". "
                + voters.needed() + " of " + voters.size() + " are needed: the ledger stands still at block " + height
                + ".");
        if (!standings.silent.isEmpty()) {
            words.add("Do not answer: " + String.join(", ", standings.silent)
                    + ". If they come back with their records, that may be enough, and no risk is taken.");
        }
        if (!standings.claiming.isEmpty()) {
            words.add("Say that they have blocks after block " + height + ", and show none that the members signed: "
                    + String.join(", ", standings.claiming) + ". Ask their people first.");
        }
        words.add("To end the wait risks this: nobody knows whether this member has voted on block " + (height + 1)
                + " before. If it has, it may sign a second, different vote there. That is evidence against it: the"
                + " ledger tells for ever that this member voted twice.");
        words.add("If any member, also one that does not answer now, has block " + (height + 1)
                + " already, the members may decide another one in its place, and the ledger has two histories. Ask"
                + " all of them for their newest block first (consortium status): none may be above " + height + ".");
        words.add("Enough members must do the same for the ledger to go on. A record of votes that is found again"
                + " (engine/signer.state, put back while the node is stopped) ends the wait without any risk.");
        return words;
    }

    @Override
    public Result<List<String>> end() {
        Result<List<String>> meaning = meaning();
        if (meaning.isOk() && !engine.voteAgain()) {
            return Result.no(Refusal.VOTES_NOT_HELD, "the wait has ended meanwhile");
        }
        return meaning;
    }
}
