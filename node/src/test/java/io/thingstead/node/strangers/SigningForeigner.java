package io.thingstead.node.strangers;

import io.thingstead.kit.crypto.Algorithm;
import io.thingstead.kit.crypto.Base64Url;
import io.thingstead.kit.crypto.Connect;
import io.thingstead.kit.crypto.Possession;
import io.thingstead.kit.crypto.SigningKey;
import io.thingstead.kit.crypto.VerifyingKey;
import io.thingstead.kit.device.CommandMark;
import io.thingstead.kit.device.CommandTaker;
import io.thingstead.kit.device.Device;
import io.thingstead.kit.device.FrameBuffer;
import io.thingstead.kit.device.FrameLink;
import io.thingstead.kit.frame.FrameSigner;
import io.thingstead.kit.frame.SenMlEncoder.Measurement;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.LedgerId;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListSet;

/// A device with a key whose frames and commands go over a foreign client. Its frames are the kit's, the way is not.
final class SigningForeigner implements AutoCloseable {
    private static final long EVERY_MS = 100;
    private static final String FRAMES = "v1/devices/me/frames";
    private static final String COMMANDS = "v1/devices/me/commands";

    final DeviceId id;
    final NavigableSet<Long> accepted = new ConcurrentSkipListSet<>();
    private final FrameBuffer buffer;
    private final Device device;
    private final ForeignClient client;
    private final Thread thread;
    private volatile boolean measures = true;
    private volatile boolean closed;
    private volatile int waiting;
    private volatile String trouble = "";

    /// Registers a new device and connects it.
    SigningForeigner(
            NodeProcess node,
            String name,
            LedgerId ledger,
            VerifyingKey member,
            Path folder,
            ForeignClient.Library library,
            boolean isVersion5)
            throws Exception {
        id = DeviceId.of("acme:" + name);
        SigningKey key = SigningKey.generate(Algorithm.ED25519);
        node.post(
                "/api/devices",
                Map.of(
                        "name",
                        name,
                        "key",
                        Base64Url.encode(key.key().coseKey()),
                        "possession",
                        Base64Url.encode(Possession.sign(id.value(), ledger, key))));
        buffer = FrameBuffer.open(folder.resolve(name + ".frames"), 1 << 20);
        device = new Device(FrameSigner.of(ledger, key), buffer, Device.Order.OLDEST_FIRST, new Device.Listener() {
            @Override
            public void accepted(long n) {
                accepted.add(n);
            }

            @Override
            public void refused(long n, String code, String text) {
                trouble = "frame " + n + ": " + code + " " + text;
            }
        });
        CommandTaker taker = new CommandTaker(
                ledger,
                id,
                List.of(member),
                CommandMark.open(folder.resolve(name + ".commands")),
                command -> CommandTaker.Answer.executed(command.params()),
                refused -> trouble = refused.toString());
        device.answer(taker);
        String password = Base64Url.encode(Connect.sign(id, System.currentTimeMillis(), ledger, key));
        client = library.connect(
                new ForeignClient.Login(node.mqttPort, isVersion5, name, id.value(), password),
                List.of(COMMANDS),
                (_, command) -> taker.received(command));
        thread = Thread.ofPlatform().name("device " + name).daemon().start(this::run);
    }

    private void run() {
        FrameLink link = new Link(client);
        long next = 0;
        try {
            while (!closed) {
                long now = System.currentTimeMillis();
                if (measures && now > next) {
                    next = now + EVERY_MS;
                    var _ = device.measured(List.of(Measurement.of("temperature", "Cel", (now % 1_000) / 10.0, now)));
                }
                device.pump(link, now);
                waiting = device.waiting();
                Thread.sleep(10);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private record Link(ForeignClient client) implements FrameLink {
        @Override
        public boolean isConnected() {
            return client.isConnected();
        }

        @Override
        public CompletableFuture<Delivery> send(byte[] frame) {
            return client.publish(FRAMES, frame)
                    .handle((_, why) -> why == null ? new Delivery.Accepted() : new Delivery.Failed(why.toString()));
        }
    }

    /// What is not as it should be.
    String trouble() {
        return trouble;
    }

    /// From now on it only sends what it has.
    void stopMeasuring() {
        measures = false;
    }

    boolean hasSentAll() {
        return waiting == 0;
    }

    @Override
    public void close() throws Exception {
        closed = true;
        thread.join();
        client.close();
        buffer.close();
    }
}
