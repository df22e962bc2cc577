package io.thingstead.node.ingest;

import io.thingstead.kit.command.CommandReceipt;
import io.thingstead.kit.command.JsonText;
import io.thingstead.kit.crypto.Sha256;
import io.thingstead.kit.frame.Frame;
import io.thingstead.kit.frame.SenMl;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.KeyRole;
import io.thingstead.kit.model.LedgerId;
import io.thingstead.kit.model.MemberId;
import io.thingstead.kit.model.Reading;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Refused;
import io.thingstead.kit.model.Result;
import io.thingstead.kit.model.TrustLevel;
import io.thingstead.node.command.Commands;
import io.thingstead.node.ledger.DeviceRecord;
import io.thingstead.node.ledger.KeyRecord;
import io.thingstead.node.ledger.LedgerReader;
import io.thingstead.node.log.Answer;
import io.thingstead.node.log.Submission;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// The one way in for signed frames, whatever they came over: decode, find the key, check the signature and the
/// payload, hand over to the log. Runs on the caller's thread and keeps no state of its own.
public final class Ingress {
    private final LedgerId ledgerId;
    private final MemberId member;
    private final LedgerReader ledger;
    private final Consumer<Submission> log;
    private final LongSupplier clockMs;
    private final IngestCounters counters;
    private final Commands commands;
    private final KnownDevices devices;

    /// @param member whose node this is: only its devices may send
    /// @param log the sequencer's `submit`
    /// @param commands whose receipts come as frames
    public Ingress(
            LedgerId ledgerId,
            MemberId member,
            LedgerReader ledger,
            Consumer<Submission> log,
            LongSupplier clockMs,
            IngestCounters counters,
            Commands commands) {
        this.ledgerId = ledgerId;
        this.member = member;
        this.ledger = ledger;
        this.log = log;
        this.clockMs = clockMs;
        this.counters = counters;
        this.commands = commands;
        this.devices = new KnownDevices(ledger);
    }

    /// Checks a frame as received.
    public Checked check(byte[] received, Sender sender) {
        return switch (Frame.decode(received)) {
            case Result.No<Frame>(var refused) -> turned(refused, 0);
            case Result.Ok<Frame>(Frame frame) -> check(frame, sender);
        };
    }

    private Checked check(Frame frame, Sender sender) {
        List<KeyRecord> candidates;
        if (frame.kid() != null) {
            candidates = ledger.keysByHint(frame.kid());
        } else if (sender instanceof Sender.Keyholder holder) {
            candidates = keysOf(holder.device());
        } else {
            return turned(
                    Refusal.CONNECT_REQUIRED,
                    "a frame without kid needs a connection on which the device proved its key",
                    frame.n());
        }
        Refused why = new Refused(Refusal.KEY_UNKNOWN, "no registered key matches the frame's kid");
        for (KeyRecord candidate : candidates) {
            Refused objection = objection(candidate, frame, sender);
            if (objection == null) {
                byte[] signed = frame.sigStructure(ledgerId, candidate.key().thumbprint());
                if (frame.hasAlgorithmOf(candidate.key())
                        && candidate.key().verify(signed, frame.cose().signature())) {
                    return readable(frame, candidate, Sha256.of(signed));
                }
                objection = new Refused(
                        Refusal.SIGNATURE_INVALID,
                        "the frame is not signed by the key of %s over this ledger".formatted(candidate.owner()));
            }
            why = objection;
        }
        return turned(why, frame.n());
    }

    private List<KeyRecord> keysOf(DeviceId device) {
        DeviceRecord record = ledger.device(device);
        List<KeyRecord> keys = new ArrayList<>(1);
        if (record != null) {
            record.keys().forEach(key -> keys.add(Objects.requireNonNull(ledger.key(key), "a device's key is known")));
        }
        return keys;
    }

    /// Why this key does not speak for the frame on this connection, whatever the signature says; else null.
    private @Nullable Refused objection(KeyRecord key, Frame frame, Sender sender) {
        if (!key.inForce()) {
            return new Refused(Refusal.KEY_REVOKED, "the key of " + key.owner() + " is revoked or rotated away");
        }
        if (!key.member().equals(member)) {
            return foreign("the key belongs to the member " + key.member());
        }
        if (sender instanceof Sender.Keyholder holder
                && !key.owner().equals(holder.device().value())) {
            return foreign(
                    "this is the connection of %s, the key is one of %s".formatted(holder.device(), key.owner()));
        }
        DeviceId named = frame.device();
        return switch (key.role()) {
            case DEVICE ->
                named == null || named.value().equals(key.owner())
                        ? null
                        : foreign("%s signs for itself only, not for %s".formatted(key.owner(), named));
            case GATEWAY -> objection(named, key);
            case ATTEST, IDENTITY, LOG, NODE, TLS, ENGINE, PEER, WALLET ->
                foreign("a key for %s signs no device's frames"
                        .formatted(key.role().label()));
        };
    }

    private @Nullable Refused objection(@Nullable DeviceId named, KeyRecord gateway) {
        if (named == null) {
            return new Refused(Refusal.FRAME_HEADER, "a frame of the gateway " + gateway.owner() + " names no \"d\"");
        }
        if (!named.member().equals(member)) {
            return new Refused(Refusal.DEVICE_FOREIGN, named + " is not a device of " + member);
        }
        return devices.isKnown(named) ? null : new Refused(Refusal.DEVICE_UNKNOWN, "no device " + named);
    }

    private static Refused foreign(String text) {
        return new Refused(Refusal.KEY_FOREIGN, text);
    }

    private Checked readable(Frame frame, KeyRecord key, byte[] identity) {
        return switch (frame.kind()) {
            case COMMAND_RECEIPT -> receipt(frame, key, identity);
            case COMMAND -> turned(Refusal.FRAME_PAYLOAD, "a device gives no commands", frame.n());
            case FRAME, POSSESSION, CONNECT, PROMISE, HELD, VOUCHER -> readings(frame, key, identity);
        };
    }

    private Checked receipt(Frame frame, KeyRecord key, byte[] identity) {
        return switch (CommandReceipt.decode(frame.payload())) {
            case Result.No<CommandReceipt>(var refused) -> turned(refused, frame.n());
            case Result.Ok<CommandReceipt>(CommandReceipt receipt) -> {
                Refused objection = objection(device(frame, key), receipt);
                yield objection == null
                        ? new Checked.Ready(
                                device(frame, key),
                                new CheckedFrame(frame, key, identity, clockMs.getAsLong(), List.of(), receipt))
                        : turned(objection, frame.n());
            }
        };
    }

    private @Nullable Refused objection(DeviceId device, CommandReceipt receipt) {
        return receipt.result() == null || JsonText.isOne(receipt.result())
                ? commands.objection(device, receipt)
                : new Refused(
                        Refusal.COMMAND_MALFORMED,
                        "a receipt's result is one JSON text, nested at most " + JsonText.MAX_DEPTH + " deep");
    }

    private static DeviceId device(Frame frame, KeyRecord key) {
        DeviceId named = frame.device();
        return named == null ? DeviceId.of(key.owner()) : named;
    }

    private Checked readings(Frame frame, KeyRecord key, byte[] identity) {
        long nowMs = clockMs.getAsLong();
        return switch (SenMl.decode(frame.payload(), nowMs)) {
            case Result.No<List<Reading>>(var refused) -> turned(refused, frame.n());
            case Result.Ok<List<Reading>>(var readings) -> {
                Refused objection = ReadingTimes.objection(readings, nowMs);
                if (objection != null) {
                    yield turned(objection, frame.n());
                }
                yield new Checked.Ready(
                        device(frame, key), new CheckedFrame(frame, key, identity, nowMs, readings, null));
            }
        };
    }

    private Checked turned(Refusal code, String text, long n) {
        return turned(new Refused(code, text), n);
    }

    private Checked turned(Refused refused, long n) {
        return new Checked.Turned(counters.rejected(refused, n));
    }

    /// A frame that is what it says; only its number is not looked at yet.
    private final class CheckedFrame implements Checked.Handover {
        private final Frame frame;
        private final DeviceId device;
        private final KeyRecord key;
        private final byte[] identity;
        private final long receivedMs;
        private final List<Reading> readings;
        private final @Nullable CommandReceipt receipt;

        CheckedFrame(
                Frame frame,
                KeyRecord key,
                byte[] identity,
                long receivedMs,
                List<Reading> readings,
                @Nullable CommandReceipt receipt) {
            this.frame = frame;
            this.device = device(frame, key);
            this.key = key;
            this.identity = identity;
            this.receivedMs = receivedMs;
            this.readings = readings;
            this.receipt = receipt;
        }

        @Override
        public void submit(Consumer<Outcome> reply) {
            TrustLevel trust = key.role() == KeyRole.GATEWAY ? TrustLevel.GATEWAY_SIGNED : TrustLevel.DEVICE_SIGNED;
            log.accept(new Submission(
                    key.key().thumbprint(),
                    device,
                    frame.device() != null,
                    frame.n(),
                    frame.previous(),
                    identity,
                    frame.bytes(),
                    receivedMs,
                    trust,
                    readings,
                    answer -> answered(answer, trust, reply),
                    frame.kind(),
                    receipt == null ? Submission.Beside.NOTHING : commands.beside(device, receipt)));
        }

        private void answered(Answer answer, TrustLevel trust, Consumer<Outcome> reply) {
            if (receipt != null && answer instanceof Answer.Accepted) {
                commands.logged(device, receipt);
            }
            reply.accept(counters.answered(answer, device, frame.n(), trust));
        }
    }
}
