package io.thingstead.node.ledger.contract;

import io.thingstead.kit.crypto.CoseKind;
import io.thingstead.kit.frame.Frame;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.KeyRole;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Refused;
import io.thingstead.kit.model.Result;
import io.thingstead.kit.proof.AnchorEvent;
import io.thingstead.kit.proof.ShownFrames;
import io.thingstead.node.contract.Contract.TermType;
import io.thingstead.node.contract.Contract.Transition;
import io.thingstead.node.contract.Contract.Trigger;
import io.thingstead.node.contract.Machine;
import io.thingstead.node.contract.Shown;
import io.thingstead.node.contract.Standing;
import io.thingstead.node.contract.StreamReading;
import io.thingstead.node.ledger.DeviceRecord;
import io.thingstead.node.ledger.Draft;
import io.thingstead.node.ledger.EventRoots;
import io.thingstead.node.ledger.KeyRecord;
import io.thingstead.node.ledger.StateKeys;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Looks at frames that are shown to a contract, down to the tree of events that the ledger itself keeps: nothing is
/// taken from whoever shows them that can be recomputed.
final class EvidenceCheck {
    private static final long UNKNOWN = -1;
    /// Before every event.
    private static final long EVER = -1;

    private final Draft draft;
    private final Contracts.Running running;

    EvidenceCheck(Draft draft, Contracts.Running running) {
        this.draft = draft;
        this.running = running;
    }

    /// What is to be proven.
    ///
    /// @param way that it shows; null: it answers a demand
    /// @param event after which frames became final
    /// @param time of that event, as devices tell time: a summary may be of measurements from long before
    private record Wanted(String stream, @Nullable Transition way, long event, long time) {}

    /// The readings that the frames prove for a way on, all of them final after the contract began, or after the state
    /// was entered.
    Result<Shown> showing(Transition way, Trigger.Evidence evidence, byte[] attachment) {
        ContractRecord record = running.record();
        Standing at = record.standsAt();
        return proven(
                attachment,
                new Wanted(
                        evidence.stream(),
                        way,
                        evidence.isSinceState() ? at.event() : record.event(),
                        Machine.countsFrom(at, evidence, record.since())));
    }

    /// The same whenever they became final: what answers a demand begins before the span, perhaps before the contract.
    Result<Shown> answering(String stream, byte[] attachment) {
        return proven(attachment, new Wanted(stream, null, EVER, Long.MIN_VALUE));
    }

    private Result<Shown> proven(byte[] attachment, Wanted wanted) {
        return ShownFrames.decode(attachment).flatMap(frames -> {
            Refused objection = root(frames);
            return objection == null ? look(frames, wanted) : new Result.No<>(objection);
        });
    }

    private @Nullable Refused root(ShownFrames frames) {
        byte[] root = null;
        if (frames.slot() == ShownFrames.NEWEST) {
            root = frames.eventsSize() == draft.firstEventNo() ? draft.eventsRoot() : null;
        } else if (frames.slot() < EventRoots.SLOTS) {
            root = EventRoots.at(frames.slot(), draft.get(StateKeys.eventRoot(frames.slot())))
                    .filter(kept -> kept.size() == frames.eventsSize())
                    .map(EventRoots.Kept::root)
                    .orElse(null);
        }
        if (root == null) {
            return new Refused(
                    Refusal.EVIDENCE_OLD,
                    "the proofs lead to a root of the events that the ledger keeps no more: make them anew");
        }
        return frames.stand(root) ? null : new Refused(Refusal.EVIDENCE_FORGED, "a proof does not hold");
    }

    private Result<Shown> look(ShownFrames frames, Wanted wanted) {
        TermType.Stream type =
                (TermType.Stream) running.contract().typeOf(wanted.stream).orElseThrow();
        String device = running.machine().values().text(running.contract(), type.device());
        boolean isLed = isLed(frames, type, wanted);
        List<Shown.At> readings = new ArrayList<>();
        int lead = 0;
        int firstEnd = 0;
        int lastBegin = 0;
        Frame last = null;
        for (ShownFrames.Shown shown : frames.frames()) {
            boolean leads = isLed && last == null;
            Frame frame = shown.leaf().frame();
            Refused objection = signed(shown, frames.anchorOf(shown), device, leads ? EVER : wanted.event);
            if (objection == null
                    && !shown.signer().equals(frames.frames().getFirst().signer())) {
                objection = new Refused(
                        Refusal.EVIDENCE_GAP,
                        "frame " + frame.n() + " is of another key, which has numbers of its own");
            }
            if (objection == null && last != null && before(frame) != last.n()) {
                objection =
                        new Refused(Refusal.EVIDENCE_GAP, "frame " + frame.n() + " does not follow frame " + last.n());
            }
            lastBegin = readings.size();
            if (objection == null) {
                objection = switch (StreamReading.of(type, shown.leaf().readings())) {
                    case Result.No<List<Shown.At>>(Refused refused) -> refused;
                    case Result.Ok<List<Shown.At>>(List<Shown.At> found) ->
                        add(readings, found, frame.n(), leads ? Long.MIN_VALUE : wanted.time);
                };
            }
            if (objection != null) {
                return new Result.No<>(objection);
            }
            firstEnd = last == null ? readings.size() : firstEnd;
            last = frame;
            lead = leads ? readings.size() : lead;
        }
        if (!Shown.follow(readings)) {
            return Result.no(
                    Refusal.EVIDENCE_GAP, "measurements are missing between what is summed up, or are summed up twice");
        }
        ShownFrames.Shown first = frames.frames().getFirst();
        ShownFrames.Shown end = frames.frames().getLast();
        List<Shown.At> counting = readings.subList(lead, readings.size());
        long notAfter = frames.anchorOf(end).blockTime();
        long lastN = end.leaf().frame().n();
        long notBefore = frames.anchorOf(first).previousTime();
        if (isLed) {
            // What lies between the two by the device's clock, the ledger does not count either.
            long between = counting.getFirst().begin() - readings.get(lead - 1).end();
            long alone = frames.anchorOf(frames.frames().get(1)).previousTime();
            long n = first.leaf().frame().n();
            return Result.ok(new Shown(
                    counting,
                    0,
                    lastBegin - lead,
                    laterKey(first),
                    n,
                    lastN,
                    Math.min(notBefore + between, alone),
                    notAfter));
        }
        long key = laterKey(first);
        long before =
                key > 0 && wanted.way == null ? UNKNOWN : before(first.leaf().frame());
        return Result.ok(new Shown(counting, firstEnd, lastBegin, key, before, lastN, notBefore, notAfter));
    }

    /// Whether the first frame does not count itself and leads to what the next one sums up. That was measured after
    /// the first frame was sent: since then the ledger knows of it, and who sums up for long loses nothing of how
    /// long it lasted.
    private boolean isLed(ShownFrames frames, TermType.Stream type, Wanted wanted) {
        if (wanted.way == null
                || !(wanted.way.trigger() instanceof Trigger.Evidence evidence)
                || evidence.lasting() == null) {
            return false;
        }
        ShownFrames.Shown first = frames.frames().getFirst();
        List<Shown.At> leading = readings(type, first);
        if (leading.isEmpty()) {
            return false;
        }
        boolean counts = frames.anchorOf(first).eventNo() > wanted.event
                && leading.stream().noneMatch(at -> at.isBefore(wanted.time))
                && running.machine().fits(wanted.way, leading.getLast());
        return !counts
                && frames.frames().stream()
                        .skip(1)
                        .flatMap(frame -> readings(type, frame).stream())
                        .findFirst()
                        .filter(Shown.At::isSummary)
                        .isPresent();
    }

    private static List<Shown.At> readings(TermType.Stream type, ShownFrames.Shown frame) {
        return StreamReading.of(type, frame.leaf().readings()) instanceof Result.Ok<List<Shown.At>>(var readings)
                ? readings
                : List.of();
    }

    /// The event by which the key came, where that was after the contract began; else 0. Such a key does not show that
    /// the device sent nothing before.
    private long laterKey(ShownFrames.Shown first) {
        KeyRecord key = draft.key(first.signer());
        return key == null ? 0 : key.cameAfter(running.record().event());
    }

    /// Whether the device had a newer key in force by then: of several only the newest one's frames count, so that
    /// nobody chooses between them.
    private boolean isSuperseded(KeyRecord key, String device, long event) {
        DeviceRecord record = DeviceId.parse(device).map(draft::device).orElse(null);
        return record != null
                && record.keys().stream()
                        .map(draft::key)
                        .anyMatch(other ->
                                other != null && other.validFrom() > key.validFrom() && other.validFrom() <= event);
    }

    /// The number that the device used before this frame's.
    private static long before(Frame frame) {
        return frame.previous() == Frame.NOT_GIVEN ? frame.n() - 1 : frame.previous();
    }

    private @Nullable Refused signed(ShownFrames.Shown shown, AnchorEvent anchor, String device, long after) {
        Frame frame = shown.leaf().frame();
        KeyRecord key = draft.key(shown.signer());
        if (key == null || !key.owner().equals(device) || key.role() != KeyRole.DEVICE || frame.device() != null) {
            return new Refused(Refusal.EVIDENCE_FOREIGN, "not signed by a key of " + device);
        }
        if (!shown.log().member().equals(key.member())) {
            return new Refused(Refusal.EVIDENCE_FOREIGN, "not out of a log of " + key.member());
        }
        if (frame.kind() != CoseKind.FRAME
                || frame.identityIfSignedBy(draft.block().ledger(), key.key()) == null) {
            return new Refused(Refusal.EVIDENCE_FORGED, "the signature of frame " + frame.n() + " does not hold");
        }
        if (anchor.eventNo() < key.validFrom() || (key.validTo() != null && anchor.eventNo() >= key.validTo())) {
            return new Refused(
                    Refusal.EVIDENCE_REVOKED, "the key was not in force when frame " + frame.n() + " became final");
        }
        if (isSuperseded(key, device, anchor.eventNo())) {
            return new Refused(
                    Refusal.EVIDENCE_REVOKED,
                    "a newer key of " + device + " was in force when frame " + frame.n()
                            + " became final: only its frames count");
        }
        return anchor.eventNo() > after
                ? null
                : new Refused(
                        Refusal.EVIDENCE_OLD, "frame " + frame.n() + " was final before the readings began to count");
    }

    private static @Nullable Refused add(List<Shown.At> into, List<Shown.At> found, long n, long time) {
        for (Shown.At at : found) {
            if (!into.isEmpty() && at.begin() < into.getLast().end()) {
                return new Refused(Refusal.EVIDENCE_UNFIT, "readings out of the order of their times");
            }
            if (at.isBefore(time)) {
                return new Refused(
                        Refusal.EVIDENCE_OLD,
                        "frame " + n + " sums up what was measured before readings began to count");
            }
            into.add(at.since(time));
        }
        return null;
    }
}
