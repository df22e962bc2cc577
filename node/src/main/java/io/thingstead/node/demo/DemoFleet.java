package io.thingstead.node.demo;

import io.thingstead.kit.crypto.Algorithm;
import io.thingstead.kit.crypto.Possession;
import io.thingstead.kit.crypto.SigningKey;
import io.thingstead.kit.device.CommandMark;
import io.thingstead.kit.device.CommandTaker;
import io.thingstead.kit.device.Device;
import io.thingstead.kit.device.FrameBuffer;
import io.thingstead.kit.device.MqttLink;
import io.thingstead.kit.device.Receipts;
import io.thingstead.kit.frame.FrameSigner;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.KeyRole;
import io.thingstead.node.ledger.action.RegisterDevice;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// About 25 devices that connect over real MQTT, hold real keys and sign; one of them is real. One thread moves them
/// all.
public final class DemoFleet implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DemoFleet.class);
    private static final long TICK_MS = 100;
    private static final long BUFFER_BYTES = 16 << 20;
    private static final long OFFLINE_EVERY_MS = 240_000;
    private static final long OFFLINE_FOR_MS = 45_000;
    private static final long SEED = 20260101;
    private static final String STATION = "weather-1";

    private final DemoTarget target;
    private final LongSupplier clockMs;
    private final Vertx vertx =
            Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1).setWorkerPoolSize(2));
    private final RandomGenerator random =
            RandomGeneratorFactory.of("L64X128MixRandom").create(SEED);
    private final List<RegisterDevice> unregistered = new ArrayList<>();
    private final List<String> names = new ArrayList<>();
    private final List<FrameBuffer> buffers = new ArrayList<>();
    private final List<DemoDevice> devices = new ArrayList<>();
    private final List<TokenStation> stations = new ArrayList<>();
    private final Share share;
    private final Thread thread;
    private int things;
    private volatile boolean closed;

    /// A member's part of the fleet, where several members share it.
    public record Share(int number, int of) {
        public static final Share ALL = new Share(0, 1);

        boolean has(int thing) {
            return thing % of == number;
        }
    }

    private DemoFleet(DemoTarget target, LongSupplier clockMs, Share share) {
        this.target = target;
        this.clockMs = clockMs;
        this.share = share;
        this.thread = Thread.ofPlatform().name("demo-fleet").daemon().unstarted(this::run);
    }

    /// Registers the devices that the ledger does not know yet, and starts them all.
    public static DemoFleet start(DemoTarget target, LongSupplier clockMs, Share share) {
        DemoFleet fleet = new DemoFleet(target, clockMs, share);
        fleet.build();
        new DemoFolder(target.folder()).remember(fleet.names);
        if (!fleet.unregistered.isEmpty()) {
            target.register().accept(fleet.unregistered);
        }
        if (share.number() == 0) {
            fleet.addStation();
        }
        fleet.thread.start();
        return fleet;
    }

    public int size() {
        return devices.size() + stations.size();
    }

    private void build() {
        Route[] routes = {
            Route.of(Route.ROTTERDAM, Route.COLOGNE, Route.FRANKFURT, Route.BASEL, Route.MILAN, Route.BASEL),
            Route.of(Route.HAMBURG, Route.BERLIN, Route.PRAGUE, Route.VIENNA, Route.MUNICH, Route.FRANKFURT),
            Route.of(Route.BARCELONA, Route.LYON, Route.PARIS, Route.ANTWERP, Route.PARIS, Route.LYON),
            Route.of(Route.WARSAW, Route.BERLIN, Route.COPENHAGEN, Route.HAMBURG, Route.BERLIN),
        };
        for (int i = 0; i < 8; i++) {
            Route route = routes[i % routes.length];
            boolean weak = i == 2;
            DemoDevice.Radio radio = i == 5 ? DemoFleet::inCoverage : DemoDevice.Radio.ALWAYS_ON;
            add("box-" + (i + 1), new ColdBox(route, i * 400.0, weak, random), radio);
        }
        for (int i = 0; i < 4; i++) {
            Route.Place bay = new Route.Place(48.1400 + 0.02 * i, 11.5800 + 0.03 * i);
            add("bay-" + (i + 1), new Switch("occupied", bay, 0.06, random));
        }
        add("lock-1", new Lock(new Route.Place(52.52, 13.40), random));
        add("lock-2", new Lock(new Route.Place(48.86, 2.35), random));
        add("valve-1", new Valve(new Route.Place(52.09, 5.12), random));
        for (int i = 1; i <= 2; i++) {
            add("water-" + i, new Meter(Meter.Kind.WATER, random));
            add("power-" + i, new Meter(Meter.Kind.POWER, random));
        }
        for (int i = 0; i < 3; i++) {
            add("greenhouse-" + (i + 1), new Greenhouse(new Route.Place(51.9 + 0.3 * i, 4.2 + 0.4 * i), random));
        }
        add("press-1", new Press(random));
        add("this-machine", new ThisMachine(target.folder()));
        if (share.has(1)) {
            addGateway();
        }
        DeviceId weather = new DeviceId(target.member(), STATION);
        if (share.number() == 0) {
            registerToken(weather);
        }
    }

    /// One device is out of coverage now and then: it buffers, and sends the newest first when it is back.
    private static boolean inCoverage(long nowMs) {
        return nowMs % OFFLINE_EVERY_MS >= OFFLINE_FOR_MS;
    }

    private void add(String name, Thing thing) {
        add(name, thing, DemoDevice.Radio.ALWAYS_ON);
    }

    private void add(String name, Thing thing, DemoDevice.Radio radio) {
        if (!share.has(things++)) {
            return;
        }
        DeviceId id = new DeviceId(target.member(), name);
        SigningKey key = key(name);
        register(id, KeyRole.DEVICE, key);
        boolean newestFirst = !radio.equals(DemoDevice.Radio.ALWAYS_ON);
        Optional<CommandTaker> taker = taker(id, thing);
        addDevice(
                name,
                thing,
                FrameSigner.of(target.ledger(), key),
                newestFirst,
                radio,
                connector(id, key, id.value(), taker),
                taker);
    }

    private Optional<CommandTaker> taker(DeviceId id, Thing thing) {
        if (!(thing instanceof Obedient obedient)) {
            return Optional.empty();
        }
        CommandMark mark = CommandMark.open(target.folder().resolve(id.name() + ".commands"));
        return Optional.of(new CommandTaker(
                target.ledger(),
                id,
                List.of(target.nodeKey()),
                mark,
                obedient::obey,
                refused -> LOG.warn("{} got what is no command to it: {}", id, refused)));
    }

    private void addDevice(
            String name,
            Thing thing,
            FrameSigner signer,
            boolean newestFirst,
            DemoDevice.Radio radio,
            LongFunction<io.vertx.core.Future<MqttLink>> connect,
            Optional<CommandTaker> taker) {
        FrameBuffer buffer = FrameBuffer.open(target.folder().resolve(name + ".frames"), BUFFER_BYTES);
        buffers.add(buffer);
        Device.Order order = newestFirst ? Device.Order.NEWEST_FIRST : Device.Order.OLDEST_FIRST;
        Device device = new Device(signer, buffer, order, refusals(name));
        taker.ifPresent(device::answer);
        long first = clockMs.getAsLong() + random.nextLong(thing.periodMs());
        devices.add(new DemoDevice(thing, device, radio, connect, first));
    }

    private static Device.Listener refusals(String name) {
        return new Device.Listener() {
            @Override
            public void refused(long n, String code, String text) {
                LOG.warn("frame {} of {} was refused: {} ({})", n, name, code, text);
            }
        };
    }

    /// Two sensors without a key of their own behind a gateway, which signs for them.
    private void addGateway() {
        DeviceId gateway = new DeviceId(target.member(), "gateway-1");
        SigningKey key = key("gateway-1");
        register(gateway, KeyRole.GATEWAY, key);
        FrameSigner signer = FrameSigner.of(target.ledger(), key);
        for (int i = 1; i <= 2; i++) {
            String name = "tank-" + i;
            DeviceId sensor = new DeviceId(target.member(), name);
            registerToken(sensor);
            addDevice(
                    name,
                    new Meter(Meter.Kind.WATER, random),
                    signer.onBehalfOf(sensor),
                    false,
                    DemoDevice.Radio.ALWAYS_ON,
                    connector(gateway, key, "gateway-1-" + i, Optional.empty()),
                    Optional.empty());
        }
    }

    private void addStation() {
        DeviceId id = new DeviceId(target.member(), STATION);
        Thing weather = new Greenhouse(new Route.Place(50.94, 6.96), random);
        stations.add(new TokenStation(vertx, target, token(id), weather));
    }

    /// The station's token, kept from the first start on.
    private String token(DeviceId id) {
        Path file = target.folder().resolve(id.name() + ".token");
        try {
            if (!Files.exists(file)) {
                Files.writeString(file, target.token().apply(id));
            }
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot keep the token of " + id, e);
        }
    }

    private void registerToken(DeviceId id) {
        names.add(id.name());
        if (!target.isRegistered().test(id)) {
            unregistered.add(RegisterDevice.withToken(id));
        }
    }

    private void register(DeviceId id, KeyRole role, SigningKey key) {
        names.add(id.name());
        if (!target.isRegistered().test(id)) {
            unregistered.add(
                    new RegisterDevice(id, role, key.key(), Possession.sign(id.value(), target.ledger(), key)));
        }
    }

    private SigningKey key(String name) {
        Path file = target.folder().resolve(name + ".pem");
        try {
            Files.createDirectories(target.folder());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make the folder for demo devices " + target.folder(), e);
        }
        if (!Files.exists(file)) {
            SigningKey.generate(Algorithm.ED25519).save(file);
        }
        return SigningKey.load(file);
    }

    private LongFunction<io.vertx.core.Future<MqttLink>> connector(
            DeviceId id, SigningKey key, String clientId, Optional<CommandTaker> taker) {
        @Nullable Consumer<byte[]> commands = taker.isPresent() ? taker.get()::received : null;
        return nowMs -> MqttLink.connect(
                vertx,
                target.host(),
                target.mqttPort(),
                clientId,
                id,
                target.ledger(),
                key,
                nowMs,
                Receipts.IGNORED,
                commands);
    }

    private void run() {
        try {
            while (!closed) {
                long now = clockMs.getAsLong();
                devices.forEach(device -> safely(() -> device.tick(now)));
                stations.forEach(station -> safely(() -> station.tick(now)));
                Thread.sleep(TICK_MS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// A device in trouble does not stop the others.
    private static void safely(Runnable step) {
        try {
            step.run();
        } catch (RuntimeException e) {
            LOG.warn("a demo device stumbled: {}", e.toString());
        }
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        // No interrupt: it would close a buffer's file in the middle of a write.
        closed = true;
        try {
            thread.join(TimeUnit.SECONDS.toMillis(5));
            devices.forEach(DemoDevice::close);
            stations.forEach(TokenStation::close);
            vertx.close().toCompletionStage().toCompletableFuture().get(5, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (java.util.concurrent.ExecutionException | java.util.concurrent.TimeoutException e) {
            LOG.debug("the demo fleet's connections did not close in time", e);
        }
        buffers.forEach(FrameBuffer::close);
    }
}
