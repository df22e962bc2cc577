package io.thingstead.node.ledger.contract;

import io.thingstead.kit.crypto.CoseKind;
import io.thingstead.kit.frame.Frame;
import io.thingstead.kit.model.KeyRole;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Refused;
import io.thingstead.kit.model.Result;
import io.thingstead.kit.proof.AnchorEvent;
import io.thingstead.kit.proof.ShownFrames;
import io.thingstead.node.contract.Contract.TermType;
import io.thingstead.node.contract.Shown;
import io.thingstead.node.contract.StreamReading;
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

    private final Draft draft;
    private final Contracts.Running running;

    EvidenceCheck(Draft draft, Contracts.Running running) {
        this.draft = draft;
        this.running = running;
    }

    /// The readings of a stream that the frames prove, all of them final after an event. A summary may be of
    /// measurements from long before it was final: by the device's clock too, it counts from a time on.
    ///
    /// @param time of that event, as devices tell time
    Result<Shown> since(String stream, byte[] attachment, long event, long time) {
        return ever(stream, attachment, event, time);
    }

    /// The same whenever they became final: what answers a demand begins before the span, perhaps before the contract.
    Result<Shown> ever(String stream, byte[] attachment) {
        return ever(stream, attachment, -1, Long.MIN_VALUE);
    }

    private Result<Shown> ever(String stream, byte[] attachment, long after, long time) {
        return ShownFrames.decode(attachment).flatMap(frames -> {
            Refused objection = root(frames);
            return objection == null ? look(stream, frames, after, time) : new Result.No<>(objection);
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

    private Result<Shown> look(String stream, ShownFrames frames, long after, long time) {
        TermType.Stream type =
                (TermType.Stream) running.contract().typeOf(stream).orElseThrow();
        String device = running.machine().values().text(running.contract(), type.device());
        List<Shown.At> readings = new ArrayList<>();
        Frame last = null;
        for (ShownFrames.Shown shown : frames.frames()) {
            Frame frame = shown.leaf().frame();
            Refused objection = signed(shown, frames.anchorOf(shown), device, after);
            if (objection == null && last != null && before(frame) != last.n()) {
                objection =
                        new Refused(Refusal.EVIDENCE_GAP, "frame " + frame.n() + " does not follow frame " + last.n());
            }
            if (objection == null) {
                objection = switch (StreamReading.of(type, shown.leaf().readings())) {
                    case Result.No<List<Shown.At>>(Refused refused) -> refused;
                    case Result.Ok<List<Shown.At>>(List<Shown.At> found) -> add(readings, found, frame.n(), time);
                };
            }
            if (objection != null) {
                return new Result.No<>(objection);
            }
            last = frame;
        }
        ShownFrames.Shown first = frames.frames().getFirst();
        ShownFrames.Shown end = frames.frames().getLast();
        Shown whole = new Shown(
                readings,
                isOfLaterKey(first) && after < 0 ? UNKNOWN : before(first.leaf().frame()),
                end.leaf().frame().n(),
                frames.anchorOf(first).previousTime(),
                frames.anchorOf(end).blockTime());
        return whole.isCounted()
                ? Result.ok(whole)
                : Result.no(
                        Refusal.EVIDENCE_GAP,
                        "measurements are missing between what is summed up, or are summed up twice");
    }

    /// A key that came after the contract began does not show that the device sent nothing before.
    private boolean isOfLaterKey(ShownFrames.Shown first) {
        KeyRecord key = draft.key(first.signer());
        return key != null && key.validFrom() > running.record().event();
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
