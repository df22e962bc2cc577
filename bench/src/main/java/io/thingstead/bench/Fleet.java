package io.thingstead.bench;

import io.thingstead.kit.crypto.Algorithm;
import io.thingstead.kit.crypto.Possession;
import io.thingstead.kit.crypto.SigningKey;
import io.thingstead.kit.frame.FrameSigner;
import io.thingstead.kit.frame.SenMlEncoder;
import io.thingstead.kit.frame.SenMlEncoder.Measurement;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.KeyRole;
import io.thingstead.kit.model.LedgerId;
import io.thingstead.node.Node;
import io.thingstead.node.ledger.action.RegisterDevice;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/// Registered devices with frames signed beforehand, so that the load costs the machine little beside the node.
final class Fleet {
    /// A device with its frames, in order.
    record Member(DeviceId device, SigningKey key, List<byte[]> frames) {}

    private static final int REGISTERED_AT_ONCE = 250;

    private final LedgerId ledger;
    private final List<Member> members = new ArrayList<>();

    private Fleet(LedgerId ledger) {
        this.ledger = ledger;
    }

    /// @param prefix of the devices' names
    static Fleet register(Node node, String prefix, int devices) {
        Fleet fleet = new Fleet(node.core().registrar().ledger());
        List<RegisterDevice> registrations = new ArrayList<>();
        for (int i = 0; i < devices; i++) {
            if (registrations.size() == REGISTERED_AT_ONCE) ask(node, registrations);
            DeviceId id = new DeviceId(node.member(), prefix + "-" + i);
            SigningKey key = SigningKey.generate(Algorithm.ED25519);
            fleet.members.add(new Member(id, key, new ArrayList<>()));
            registrations.add(
                    new RegisterDevice(id, KeyRole.DEVICE, key.key(), Possession.sign(id.value(), fleet.ledger, key)));
        }
        ask(node, registrations);
        return fleet;
    }

    private static void ask(Node node, List<RegisterDevice> registrations) {
        node.core().registrar().ask(registrations).ifPresent(refused -> {
            throw new IllegalStateException("the bench's devices were refused: " + refused);
        });
        registrations.clear();
    }

    /// The same devices, each of which signs a frame of one reading when it is asked for it: for loads that are too
    /// long to be signed beforehand.
    ///
    /// @param from how many frames each of them has sent
    Fleet signingWhenDue(int from) {
        Fleet fleet = new Fleet(ledger);
        for (Member member : members) {
            fleet.members.add(new Member(
                    member.device(), member.key(), new DueFrames(FrameSigner.of(ledger, member.key()), from)));
        }
        return fleet;
    }

    /// Frames without end, made one by one, each of which is asked for once or, where it did not fit, again.
    private static final class DueFrames extends AbstractList<byte[]> {
        private final FrameSigner signer;
        private final int from;
        private int last = -1;
        private byte[] frame = {};

        DueFrames(FrameSigner signer, int from) {
            this.signer = signer;
            this.from = from;
        }

        @Override
        public byte[] get(int index) {
            Objects.checkIndex(index, size());
            if (index != last) {
                frame = signer.sign(from + index + 1L, payload(System.currentTimeMillis() - 600_000, index, 1));
                last = index;
            }
            return frame;
        }

        @Override
        public int size() {
            return Integer.MAX_VALUE;
        }
    }

    LedgerId ledger() {
        return ledger;
    }

    List<Member> members() {
        return members;
    }

    /// Signs further frames of each device, each with `readings` readings a second apart.
    void sign(int framesEach, int readings) {
        members.parallelStream().forEach(member -> {
            FrameSigner signer = FrameSigner.of(ledger, member.key());
            long start = System.currentTimeMillis() - 3_600_000;
            int from = member.frames().size();
            for (int i = from; i < from + framesEach; i++) {
                member.frames().add(signer.sign(i + 1L, payload(start, i, readings)));
            }
        });
    }

    private static byte[] payload(long startMs, int frame, int readings) {
        List<Measurement> burst = new ArrayList<>(readings);
        for (int r = 0; r < readings; r++) {
            long time = startMs + (frame * (long) readings + r) * 1_000 % 3_000_000 / 1_000 * 1_000;
            double value = 20 + Math.round(50 * Math.sin((frame * readings + r) / 300.0)) / 10.0;
            burst.add(Measurement.of("temp", "Cel", value, time));
        }
        return SenMlEncoder.encode(burst);
    }
}
