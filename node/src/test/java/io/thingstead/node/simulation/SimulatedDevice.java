package io.thingstead.node.simulation;

import io.thingstead.kit.crypto.Possession;
import io.thingstead.kit.crypto.SigningKey;
import io.thingstead.kit.frame.FrameSigner;
import io.thingstead.kit.frame.SenMlEncoder;
import io.thingstead.kit.frame.SenMlEncoder.Measurement;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Thumbprint;
import io.thingstead.node.ingest.Outcome;
import io.thingstead.node.ledger.action.AddDeviceKey;
import io.thingstead.node.ledger.action.RevokeDeviceKey;
import io.thingstead.node.ledger.action.RotateDeviceKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/// A device that signs readings, sends them over a bad line, and sends again what was not acknowledged. Sometimes it
/// skips numbers, says so or not, sends late what it skipped, or changes its key.
final class SimulatedDevice {
    private static final int MOST_OPEN = 6;
    private static final long ASK_AGAIN_MS = 5_000;
    /// What contracts want to know beside the temperature.
    private static final List<String> OCCASIONAL = List.of("arrived", "occupied", "parked");

    private static final Set<Refusal> TRY_AGAIN = Set.of(Refusal.BUSY, Refusal.STORE_UNAVAILABLE);

    final DeviceId id;
    private final SimulatedMember home;
    private final World world;
    private final TreeMap<Long, byte[]> open = new TreeMap<>();
    private final TreeMap<Long, byte[]> sent = new TreeMap<>();
    private SigningKey key;
    private FrameSigner signer;
    private int generation;
    private long highest;
    /// Numbers that were skipped without a word.
    private final TreeSet<Long> skipped = new TreeSet<>();

    private boolean rotating;
    private long rotationAskedAt;
    /// The old key is lost: its member revokes it. What it signed and nobody answered for is gone.
    private boolean lost;
    private boolean resting;

    SimulatedDevice(DeviceId id, SimulatedMember home, World world) {
        this.id = id;
        this.home = home;
        this.world = world;
        useKey(0);
    }

    private void useKey(int number) {
        generation = number;
        key = Founders.deviceKey(id, number);
        signer = FrameSigner.of(Founders.LEDGER, key);
        highest = 0;
        open.clear();
        sent.clear();
        skipped.clear();
    }

    private String name(long n) {
        return id + "/" + generation + "/" + n;
    }

    boolean isQuiet() {
        // A removed member changes no keys any more.
        return rotating ? home.reader().isRemoved(home.id) : open.isEmpty();
    }

    /// Measures nothing more; what is open goes on its way.
    void rest() {
        resting = true;
    }

    /// Something happens at the device.
    void act() {
        if (rotating) {
            askForRotation();
            return;
        }
        if (resting) {
            open.values().forEach(this::send);
            return;
        }
        switch (world.random().nextInt(14)) {
            case 0 -> skip(false);
            case 1 -> skip(true);
            case 2, 3 -> open.values().forEach(this::send);
            case 4 -> repeatAny();
            case 5 -> garbled();
            case 6 -> rotate();
            case 7 -> signTwice();
            case 8 -> fillGap();
            default -> measure(Optional.empty());
        }
    }

    /// Another frame with a number that is in the log.
    private void signTwice() {
        List<Long> arrived =
                sent.keySet().stream().filter(n -> !open.containsKey(n)).toList();
        if (!arrived.isEmpty()) {
            long n = arrived.get(world.random().nextInt(arrived.size()));
            mustNotGetIn(signer.sign(n, payload()), "a second frame " + name(n));
        }
    }

    private void fillGap() {
        if (!skipped.isEmpty() && open.size() < MOST_OPEN) {
            send(skipped.removeFirst(), Optional.empty());
        }
    }

    private void mustNotGetIn(byte[] frame, String what) {
        world.time()
                .in(
                        delay(),
                        () -> home.take(frame, outcome -> {
                            if (outcome instanceof Outcome.Logged) {
                                throw new Violation(what + " got into the log");
                            }
                            world.count("false frames refused");
                        }));
    }

    private byte[] payload() {
        long timeMs = Founders.START_MS + world.time().nowMs();
        List<Measurement> measured = new ArrayList<>();
        measured.add(Measurement.of("temperature", "Cel", world.random().nextInt(400) / 10.0, timeMs));
        if (world.random().nextInt(3) == 0) {
            String what = OCCASIONAL.get(world.random().nextInt(OCCASIONAL.size()));
            measured.add(Measurement.of(what, null, world.random().nextInt(2), timeMs));
        }
        return SenMlEncoder.encode(measured);
    }

    private void measure(Optional<Long> previous) {
        if (open.size() >= MOST_OPEN) {
            open.values().forEach(this::send);
            return;
        }
        send(++highest, previous);
    }

    private void send(long n, Optional<Long> previous) {
        byte[] frame = signer.sign(n, previous, payload());
        open.put(n, frame);
        sent.put(n, frame);
        send(frame);
    }

    /// Numbers that are not used, with or without saying so.
    private void skip(boolean told) {
        if (open.size() >= MOST_OPEN) {
            return;
        }
        long before = highest;
        highest += 1 + world.random().nextInt(3);
        // The number before can be told when the log is known to have it.
        boolean tells = told && open.isEmpty();
        for (long n = before + 1; n <= highest && !tells; n++) {
            skipped.add(n);
        }
        measure(tells ? Optional.of(before) : Optional.empty());
    }

    private void repeatAny() {
        if (!sent.isEmpty()) {
            int which = world.random().nextInt(sent.size());
            send(List.copyOf(sent.values()).get(which));
        }
    }

    /// A frame that was damaged on its way, or that somebody tampered with: it must not get in.
    private void garbled() {
        if (sent.isEmpty()) {
            return;
        }
        byte[] frame = sent.lastEntry().getValue().clone();
        int at = world.random().nextInt(frame.length);
        frame[at] ^= (byte) (1 << world.random().nextInt(8));
        mustNotGetIn(frame, "a garbled frame of " + id);
    }

    private void rotate() {
        boolean isLost = world.random().nextInt(2) == 0;
        if ((isLost || open.isEmpty())
                && highest > 0
                && generation < 2
                && world.random().nextInt(3) == 0) {
            rotating = true;
            lost = isLost;
            rotationAskedAt = Long.MIN_VALUE / 2;
            askForRotation();
        }
    }

    /// What became of an earlier request is not known where the member went down: it is asked again until the ledger
    /// has the new key.
    private void askForRotation() {
        if (!home.isUp() || home.isStill()) {
            return;
        }
        look();
        if (!rotating || world.time().nowMs() - rotationAskedAt < ASK_AGAIN_MS) {
            return;
        }
        rotationAskedAt = world.time().nowMs();
        SigningKey next = Founders.deviceKey(id, generation + 1);
        if (lost) {
            Thumbprint old = key.key().thumbprint();
            byte[] possession = Possession.sign(id.value(), Founders.LEDGER, next);
            home.ask(new RevokeDeviceKey(id, old, 1), new AddDeviceKey(id, next.key(), possession));
            return;
        }
        var change = new RotateDeviceKey(
                id, key.key().thumbprint(), highest, next.key(), Possession.sign(id.value(), Founders.LEDGER, next));
        home.ask(List.of(key), change);
    }

    private void look() {
        SigningKey next = Founders.deviceKey(id, generation + 1);
        if (home.reader().key(next.key().thumbprint()) != null) {
            rotating = false;
            useKey(generation + 1);
            world.count(lost ? "revoked keys" : "changed keys");
            world.trace(id + " has its key " + generation);
        }
    }

    private long delay() {
        return 1 + world.random().nextInt(world.random().nextInt(10) == 0 ? 3_000 : 40);
    }

    private void send(byte[] frame) {
        if (world.random().nextInt(10) == 0) {
            return;
        }
        arrive(frame);
        if (world.random().nextInt(10) == 0) {
            arrive(frame);
        }
    }

    private void arrive(byte[] frame) {
        int signedWith = generation;
        world.time().in(delay(), () -> home.take(frame, outcome -> answer(frame, signedWith, outcome)));
    }

    private void answer(byte[] frame, int signedWith, Outcome outcome) {
        switch (outcome) {
            case Outcome.Logged logged -> {
                String name = id + "/" + signedWith + "/" + logged.n();
                world.invariants().acknowledged(home.id, name, frame, logged.receipt());
                world.trace("acknowledged " + name + " at " + logged.receipt().index());
                if (world.random().nextInt(10) > 0) {
                    world.time().in(delay(), () -> {
                        if (signedWith == generation) {
                            open.remove(logged.n());
                        }
                    });
                }
            }
            case Outcome.Noted() -> throw new AssertionError("a frame is for the log");
            case Outcome.Rejected rejected -> {
                Refusal code = rejected.refused().code();
                boolean keyIsOver = code == Refusal.KEY_REVOKED || code == Refusal.KEY_UNKNOWN;
                if (!TRY_AGAIN.contains(code) && !(keyIsOver && (rotating || signedWith != generation))) {
                    throw new Violation("a frame of " + id + " was refused: " + rejected.refused());
                }
            }
        }
    }
}
