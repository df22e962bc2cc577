package io.thingstead.node.simulation;

import io.thingstead.kit.frame.Frame;
import io.thingstead.kit.frame.SenMl;
import io.thingstead.kit.model.AccountId;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.MemberId;
import io.thingstead.kit.model.Reading;
import io.thingstead.kit.model.Value;
import io.thingstead.node.EvidenceMaker;
import io.thingstead.node.contract.Contract;
import io.thingstead.node.contract.Contract.TermType;
import io.thingstead.node.contract.Contract.Transition;
import io.thingstead.node.contract.Contract.Trigger;
import io.thingstead.node.contract.ContractCodec;
import io.thingstead.node.contract.Standing;
import io.thingstead.node.ledger.Attachment;
import io.thingstead.node.ledger.action.DemandReadings;
import io.thingstead.node.ledger.action.DraftContract;
import io.thingstead.node.ledger.action.ShowReadings;
import io.thingstead.node.ledger.action.SignContract;
import io.thingstead.node.ledger.action.StepContract;
import io.thingstead.node.ledger.action.StepContract.Kind;
import io.thingstead.node.ledger.action.WithdrawContract;
import io.thingstead.node.ledger.contract.ContractRecord;
import io.thingstead.node.ledger.contract.ContractRecord.Status;
import io.thingstead.node.log.LeafRecord;
import io.thingstead.node.log.Log;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import java.util.TreeMap;

/// What members do with contracts in a simulation beside what their nodes do by themselves: they draft, sign, take
/// steps, pause, demand readings and deliver them; and they show what shows nothing: frames that were tampered with,
/// that counted before, of another device, or with another reading than the contract wants.
final class ContractDealings {
    private static final int MOST_LISTED = 100;
    private static final int MOST_DELIVERED = 12;

    private final World world;
    private final TreeMap<String, Contract> kinds = new TreeMap<>();

    /// A running contract as one of its parties sees it.
    private record Own(ContractRecord record, Contract kind, Standing at, String party) {
        long number() {
            return record.number();
        }

        List<Transition> ways() {
            return kind.state(at.state()).transitions();
        }

        DeviceId device(String stream) {
            TermType.Stream type = (TermType.Stream) kind.typeOf(stream).orElseThrow();
            return DeviceId.of(record.values(kind).text(kind, type.device()));
        }
    }

    ContractDealings(World world) {
        this.world = world;
    }

    /// Signs a contract that is drafted, if there is one that waits for the member.
    boolean sign(SimulatedMember member) {
        for (ContractRecord record : contracts(member, Status.DRAFT)) {
            OptionalInt party = record.partyOf(member.id);
            if (party.isPresent() && !record.isSignedBy(party.getAsInt())) {
                member.ask(
                        world.random().nextInt(20) == 0
                                ? new WithdrawContract(record.number())
                                : new SignContract(record.number(), record.agreement()));
                return true;
            }
        }
        return false;
    }

    void deal(SimulatedMember member) {
        Random random = world.random();
        switch (random.nextInt(8)) {
            case 0, 1 -> member.ask(draft(member.id));
            case 2 -> deliver(member);
            case 3, 4, 5 -> lie(member);
            default -> step(member);
        }
    }

    private List<ContractRecord> contracts(SimulatedMember member, Status status) {
        return member.reader().contracts().contracts(AccountId.of(member.id), MOST_LISTED).stream()
                .filter(record -> record.status() == status)
                .toList();
    }

    private List<Own> running(SimulatedMember member) {
        List<Own> running = new ArrayList<>();
        for (ContractRecord record : contracts(member, Status.RUNNING)) {
            Contract kind = kinds.computeIfAbsent(
                    HexFormat.of().formatHex(record.code()),
                    _ -> ContractCodec.decode(
                            member.reader().contracts().code(record.code()).orElseThrow()));
            int party = record.partyOf(member.id).orElseThrow();
            running.add(new Own(
                    record, kind, record.standsAt(), kind.parties().get(party).name()));
        }
        return running;
    }

    private DraftContract draft(MemberId member) {
        List<MemberId> others = new ArrayList<>(Founders.members());
        others.remove(member);
        Collections.shuffle(others, world.random());
        DeviceId device = Founders.device(member, 1 + world.random().nextInt(Founders.DEVICES));
        return switch (world.random().nextInt(6)) {
            case 0 -> SimulatedContracts.coldChain(device, others.get(0), others.get(1), others.get(2));
            case 1 -> SimulatedContracts.parking(device, Founders.device(others.getFirst(), 2));
            default -> SimulatedContracts.small(device, others.getFirst());
        };
    }

    /// Whatever a party may do, or may not.
    private void step(SimulatedMember member) {
        List<Own> all = running(member);
        if (all.isEmpty()) {
            return;
        }
        Own one = all.get(world.random().nextInt(all.size()));
        switch (world.random().nextInt(8)) {
            case 0 -> member.ask(new StepContract(one.number(), one.party, Kind.PAUSE, ""));
            case 1, 2 -> member.ask(new StepContract(one.number(), one.party, Kind.RESUME, ""));
            case 3, 4 -> {
                long now = member.reader().contracts().timeMs();
                long from = Math.max(one.record.since(), now - world.random().nextInt(6_000));
                member.ask(new DemandReadings(one.number(), one.party, SimulatedContracts.STREAM, from, now));
            }
            default -> {
                List<Transition> ways = one.ways();
                if (!ways.isEmpty()) {
                    Transition way = ways.get(world.random().nextInt(ways.size()));
                    Kind kind = way.trigger() instanceof Trigger.Payment ? Kind.PAY : Kind.SIGN;
                    member.ask(new StepContract(one.number(), one.party, kind, way.name()));
                }
            }
        }
    }

    /// The newest frames of the device, which reach over the span that is demanded or not.
    private void deliver(SimulatedMember member) {
        for (Own one : running(member)) {
            Standing.Asked asked = one.at.demand();
            if (asked != null) {
                String stream = one.kind.state(one.at.state()).demands().get(asked.index()).stream();
                List<LeafRecord> frames = frames(member, one.device(stream));
                evidence(member)
                        .part(frames.subList(Math.max(0, frames.size() - MOST_DELIVERED), frames.size()), true)
                        .ifPresent(part -> member.askWith(
                                List.of(part.attachment()), List.of(part.shown(one.number(), one.party, null))));
                return;
            }
        }
    }

    private EvidenceMaker evidence(SimulatedMember member) {
        return new EvidenceMaker(member.reader(), logOf(member).reader(), () -> world.bytes(Attachment.SALT_BYTES));
    }

    private static Log logOf(SimulatedMember member) {
        Log log = member.log();
        if (log == null) {
            throw new IllegalStateException(member.id + " has no log now");
        }
        return log;
    }

    /// What the log has of a device, the numbers of its newest key upwards without a gap.
    private static List<LeafRecord> frames(SimulatedMember member, DeviceId device) {
        Log log = member.log();
        if (log == null) {
            return List.of();
        }
        List<LeafRecord> all = new ArrayList<>(log.reader().leaves(0, 1_000));
        all.removeIf(leaf -> !leaf.isFrame() || !leaf.stream().device().equals(device));
        if (!all.isEmpty()) {
            var newest = all.getLast().stream();
            all.removeIf(leaf -> !leaf.stream().equals(newest));
            all.sort((a, b) -> Long.compare(a.n(), b.n()));
        }
        return all;
    }

    /// Shows what must not be taken.
    private void lie(SimulatedMember member) {
        List<Own> all = running(member);
        if (all.isEmpty() || member.log() == null) {
            return;
        }
        Own one = all.get(world.random().nextInt(all.size()));
        for (Transition way : one.ways()) {
            if (way.trigger() instanceof Trigger.Evidence(String stream, var _, var _, var _)) {
                lie(member, one, way.name(), stream);
                return;
            }
        }
    }

    private void lie(SimulatedMember member, Own one, String way, String stream) {
        DeviceId device = one.device(stream);
        long mark = one.at.marks().getOrDefault(stream, 0L);
        boolean isSmall = SimulatedContracts.isSmall(one.record.code());
        for (LeafRecord leaf : logOf(member).reader().leaves(0, 1_000).reversed()) {
            if (!leaf.isFrame()) {
                continue;
            }
            if (!leaf.stream().device().equals(device)) {
                if (world.random().nextInt(8) == 0) {
                    show(member, one, way, leaf, false, "a frame of another device");
                    return;
                }
            } else if (leaf.n() <= mark) {
                show(member, one, way, leaf, false, "a frame that counted before");
                return;
            } else if (isSmall && !isWarm(leaf)) {
                show(member, one, way, leaf, false, "a frame with a cold reading");
                return;
            } else if (world.random().nextInt(3) == 0) {
                show(member, one, way, leaf, true, "a frame that was tampered with");
                return;
            }
        }
    }

    private static boolean isWarm(LeafRecord leaf) {
        Frame frame = Frame.decode(leaf.content()).orThrow();
        for (Reading reading : SenMl.decode(frame.payload(), leaf.receivedMs()).orThrow()) {
            if (reading.name().equals(SimulatedContracts.STREAM) && reading.value() instanceof Value.Number(double c)) {
                return Math.round(c * 10) >= SimulatedContracts.WARM;
            }
        }
        return false;
    }

    private void show(SimulatedMember member, Own one, String way, LeafRecord leaf, boolean tampersWith, String what) {
        evidence(member).part(List.of(leaf), true).ifPresent(part -> {
            byte[] content = part.attachment().content().clone();
            if (tampersWith) {
                content[world.random().nextInt(content.length)] ^=
                        (byte) (1 << world.random().nextInt(8));
            }
            Attachment attachment = new Attachment(world.bytes(Attachment.SALT_BYTES), content);
            world.count("false evidence shown");
            member.askInVain(
                    what + " shown to contract " + one.number(),
                    List.of(attachment),
                    new ShowReadings(one.number(), one.party, way, attachment.commitment()));
        });
    }
}
