package io.thingstead.node.consensus.simulated;

import io.thingstead.kit.model.MemberId;
import io.thingstead.kit.proof.CometCertificate;
import io.thingstead.kit.proof.SignedVotes;
import io.thingstead.node.consensus.simulated.Message.Precommit;
import io.thingstead.node.consensus.simulated.Message.Prevote;
import io.thingstead.node.consensus.simulated.Message.Proposal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// How members agree on the block of one height: the algorithm of Buchman, Kwon and Milosevic, "The latest gossip on
/// BFT
/// consensus" (2018), algorithm 1, whose line numbers stand here. What a member knows of it survives its crash: each
/// step is kept before its message leaves.
final class Agreement {
    private static final long PATIENCE_MS = 300;
    private static final long LONGEST_MS = 3_000;
    private static final int ROUNDS_AHEAD = 200;
    private static final int PROPOSALS = 4;
    private static final int VOTES = 4;

    /// The member for whom this is done.
    interface Host {
        MemberId self();

        Block newBlock();

        boolean isGood(Block block);

        /// Signed, by the member's clock.
        Precommit precommit(@Nullable Block block, int round);

        void send(Message message);

        void caught(Evidence evidence);

        void decided(Block block, Commit commit);

        long nowMs();
    }

    private enum Step {
        NEW,
        PROPOSE,
        PREVOTE,
        PRECOMMIT,
        DECIDED
    }

    /// What was heard in one round. Several proposals only where a proposer lies, several votes of a member only where
    /// that one does: it counts for each block that it voted for, or a member that heard the other vote first could
    /// never see what convinced the rest. So votes for blocks that were proposed count however many there are.
    private static final class Round {
        final TreeMap<String, Proposal> proposals = new TreeMap<>();
        final TreeMap<MemberId, List<Prevote>> prevotes = new TreeMap<>();
        final TreeMap<MemberId, List<Precommit>> precommits = new TreeMap<>();
        boolean waitsForPrevotes;
        boolean waitsForPrecommits;
        boolean hasPolka;

        long prevotesFor(@Nullable String block) {
            return prevotes.values().stream()
                    .filter(votes -> votes.stream().anyMatch(v -> Objects.equals(v.block(), block)))
                    .count();
        }

        List<Precommit> precommitsFor(String block) {
            return precommits.values().stream()
                    .flatMap(votes -> votes.stream().filter(v -> block.equals(v.block())))
                    .toList();
        }

        boolean add(Prevote vote, boolean isProposed) {
            List<Prevote> of = prevotes.computeIfAbsent(vote.from(), _ -> new ArrayList<>());
            return (isProposed || of.size() < VOTES)
                    && of.stream().noneMatch(v -> Objects.equals(v.block(), vote.block()))
                    && of.add(vote);
        }

        boolean add(Precommit vote, boolean isProposed) {
            List<Precommit> of = precommits.computeIfAbsent(vote.from(), _ -> new ArrayList<>());
            return (isProposed || of.size() < VOTES)
                    && of.stream().noneMatch(v -> Objects.equals(v.block(), vote.block()))
                    && of.add(vote);
        }
    }

    final long height;
    private final Voters voters;
    private final TreeMap<Integer, Round> rounds = new TreeMap<>();
    private final TreeMap<String, Block> blocks = new TreeMap<>();
    private int round;
    private Step step = Step.NEW;
    private @Nullable Block locked;
    private int lockedRound = -1;
    private @Nullable Block valid;
    private int validRound = -1;
    private long proposeUntil = Long.MAX_VALUE;
    private long prevoteUntil = Long.MAX_VALUE;
    private long precommitUntil = Long.MAX_VALUE;

    Agreement(long height, Voters voters) {
        this.height = height;
        this.voters = voters;
    }

    boolean hasBegun() {
        return step != Step.NEW;
    }

    private Round at(int number) {
        return rounds.computeIfAbsent(number, _ -> new Round());
    }

    /// After a start: clocks begin anew.
    void resume(Host host) {
        proposeUntil = deadline(host);
        prevoteUntil = at(round).waitsForPrevotes ? deadline(host) : Long.MAX_VALUE;
        precommitUntil = at(round).waitsForPrecommits ? deadline(host) : Long.MAX_VALUE;
    }

    private long deadline(Host host) {
        return host.nowMs() + Math.min(LONGEST_MS, PATIENCE_MS * (round + 1L));
    }

    void begin(Host host) {
        if (step == Step.NEW) {
            start(0, host);
            proceed(host);
        }
    }

    /// Line 11.
    private void start(int number, Host host) {
        round = number;
        step = Step.PROPOSE;
        prevoteUntil = precommitUntil = Long.MAX_VALUE;
        if (voters.proposer(height, round).equals(host.self())) {
            Block block = valid == null ? host.newBlock() : valid;
            Proposal proposal = new Proposal(host.self(), height, round, block, validRound);
            take(proposal);
            host.send(proposal);
        }
        proposeUntil = deadline(host);
    }

    void receive(Message message, Host host) {
        boolean known = switch (message) {
            case Proposal p -> isNear(p.round()) && take(p);
            case Prevote v ->
                isNear(v.round()) && voters.has(v.from()) && at(v.round()).add(v, isProposed(v.block()));
            case Precommit v -> isNear(v.round()) && voters.has(v.from()) && take(v, host);
            default -> false;
        };
        if (known && step == Step.NEW) {
            start(0, host);
        }
        if (known) {
            proceed(host);
        }
    }

    private boolean isProposed(@Nullable String block) {
        return block == null || blocks.containsKey(block);
    }

    private boolean isNear(int number) {
        return number >= 0 && number <= round + ROUNDS_AHEAD;
    }

    private boolean take(Proposal proposal) {
        Round here = at(proposal.round());
        boolean inTurn = proposal.from().equals(voters.proposer(height, proposal.round()));
        if (!inTurn || proposal.block().height() != height || here.proposals.size() >= PROPOSALS) {
            return false;
        }
        blocks.putIfAbsent(proposal.block().id(), proposal.block());
        return here.proposals.putIfAbsent(proposal.block().id(), proposal) == null;
    }

    private boolean take(Precommit vote, Host host) {
        if (!vote.isSignedBy(voters.member(vote.from()))) {
            return false;
        }
        Round heard = at(vote.round());
        if (!heard.add(vote, isProposed(vote.block()))) {
            return false;
        }
        heard.precommits.get(vote.from()).stream()
                .filter(before -> before.block() != null && vote.block() != null && before != vote)
                .findFirst()
                .ifPresent(before -> host.caught(new Evidence(before, vote, voters.member(vote.from()))));
        return true;
    }

    /// Time passes.
    void tick(Host host) {
        long now = host.nowMs();
        if (step == Step.PROPOSE && now >= proposeUntil) {
            // Line 57.
            prevote(null, host);
        }
        if (step == Step.PREVOTE && now >= prevoteUntil) {
            // Line 61.
            precommit(null, host);
        }
        if (step != Step.NEW && step != Step.DECIDED && now >= precommitUntil) {
            // Line 65.
            start(round + 1, host);
        }
        proceed(host);
    }

    private void prevote(@Nullable Block block, Host host) {
        step = Step.PREVOTE;
        if (!voters.has(host.self())) {
            return;
        }
        Prevote vote = new Prevote(host.self(), height, round, block == null ? null : block.id());
        at(round).add(vote, true);
        host.send(vote);
    }

    private void precommit(@Nullable Block block, Host host) {
        step = Step.PRECOMMIT;
        if (!voters.has(host.self())) {
            return;
        }
        Precommit vote = host.precommit(block, round);
        at(round).add(vote, true);
        host.send(vote);
    }

    private void proceed(Host host) {
        boolean more = step != Step.NEW && step != Step.DECIDED;
        while (more) {
            more = decide(host) || skipAhead(host) || answerProposal(host) || heedPrevotes(host);
            more &= step != Step.DECIDED;
        }
    }

    /// Line 49.
    private boolean decide(Host host) {
        for (Round heard : rounds.values()) {
            for (Block block : blocks.values()) {
                List<Precommit> votes = heard.precommitsFor(block.id());
                if (voters.isQuorum(votes.size())) {
                    step = Step.DECIDED;
                    host.decided(block, commit(block, votes));
                    return true;
                }
            }
        }
        Round here = at(round);
        if (!here.waitsForPrecommits && voters.isQuorum(here.precommits.size())) {
            // Line 47.
            here.waitsForPrecommits = true;
            precommitUntil = deadline(host);
        }
        return false;
    }

    private static Commit commit(Block block, List<Precommit> votes) {
        var about = SignedVotes.about(block.header(), votes.getFirst().round(), block.partsHash());
        List<CometCertificate.Vote> signed = new ArrayList<>();
        votes.forEach(v -> signed.add(v.vote()));
        signed.sort(Comparator.comparingInt(CometCertificate.Vote::index));
        return new Commit(SignedVotes.with(about, signed));
    }

    /// Line 55.
    private boolean skipAhead(Host host) {
        for (var later : rounds.tailMap(round, false).descendingMap().entrySet()) {
            var speakers = new TreeSet<>(later.getValue().prevotes.keySet());
            speakers.addAll(later.getValue().precommits.keySet());
            if (voters.isSomeHonest(speakers.size())) {
                start(later.getKey(), host);
                return true;
            }
        }
        return false;
    }

    /// Lines 22 and 28.
    private boolean answerProposal(Host host) {
        if (step != Step.PROPOSE) {
            return false;
        }
        for (Proposal proposal : List.copyOf(at(round).proposals.values())) {
            Block block = proposal.block();
            int before = proposal.validRound();
            boolean fresh = before < 0;
            boolean backed = before >= 0
                    && before < round
                    && voters.isQuorum((int) at(before).prevotesFor(block.id()));
            if (fresh || backed) {
                boolean free = fresh ? lockedRound < 0 : lockedRound <= before;
                boolean same = locked != null && locked.id().equals(block.id());
                prevote((free || same) && host.isGood(block) ? block : null, host);
                return true;
            }
        }
        return false;
    }

    private boolean heedPrevotes(Host host) {
        Round here = at(round);
        if (step != Step.PREVOTE && step != Step.PRECOMMIT) {
            return false;
        }
        if (!here.hasPolka) {
            for (Proposal proposal : here.proposals.values()) {
                Block block = proposal.block();
                if (voters.isQuorum((int) here.prevotesFor(block.id())) && host.isGood(block)) {
                    // Line 36.
                    here.hasPolka = true;
                    valid = block;
                    validRound = round;
                    if (step == Step.PREVOTE) {
                        locked = block;
                        lockedRound = round;
                        precommit(block, host);
                    }
                    return true;
                }
            }
        }
        if (step == Step.PREVOTE && voters.isQuorum((int) here.prevotesFor(null))) {
            // Line 44.
            precommit(null, host);
            return true;
        }
        if (step == Step.PREVOTE && !here.waitsForPrevotes && voters.isQuorum(here.prevotes.size())) {
            // Line 34.
            here.waitsForPrevotes = true;
            prevoteUntil = deadline(host);
        }
        return false;
    }

    private boolean convinces(Round heard) {
        return heard.proposals.keySet().stream().anyMatch(block -> voters.isQuorum((int) heard.prevotesFor(block)));
    }

    /// What somebody who missed messages needs: what this member has heard in the newest rounds, and in those in which
    /// more than two thirds were for a block.
    List<Message> toSayAgain() {
        List<Message> all = new ArrayList<>();
        for (var entry : rounds.entrySet()) {
            Round heard = entry.getValue();
            if (entry.getKey() < round - 1 && !convinces(heard)) {
                continue;
            }
            all.addAll(heard.proposals.values());
            heard.prevotes.values().forEach(all::addAll);
            heard.precommits.values().forEach(all::addAll);
        }
        return all;
    }

    /// For people who look why it does not end: where the member stands and what it heard in the rounds that matter.
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        text.append("round %d %s, locked on %s in %d, valid %s in %d"
                .formatted(round, step, shortly(locked), lockedRound, shortly(valid), validRound));
        rounds.forEach((number, heard) -> {
            if (number < round - 1 && !convinces(heard) && number != lockedRound && number != validRound) return;
            text.append("; %d:".formatted(number));
            heard.proposals
                    .values()
                    .forEach(p -> text.append(
                            " %s proposes %s of %d".formatted(p.from(), shortly(p.block()), p.validRound())));
            heard.prevotes.forEach((member, votes) -> text.append(" %s prevotes %s"
                    .formatted(
                            member, votes.stream().map(v -> shortly(v.block())).toList())));
            heard.precommits.forEach((member, votes) -> text.append(" %s precommits %s"
                    .formatted(
                            member, votes.stream().map(v -> shortly(v.block())).toList())));
        });
        return text.toString();
    }

    private static String shortly(@Nullable Block block) {
        return shortly(block == null ? null : block.id());
    }

    private static String shortly(@Nullable String block) {
        return block == null ? "nil" : block.substring(0, 6);
    }
}
