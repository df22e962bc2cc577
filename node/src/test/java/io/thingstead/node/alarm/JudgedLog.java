package io.thingstead.node.alarm;

import static org.assertj.core.api.Assertions.assertThat;

import io.thingstead.kit.frame.SenMlEncoder.Measurement;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.node.MemberCore;
import io.thingstead.node.NodeConfig;
import io.thingstead.node.storage.Store;
import io.thingstead.node.view.FrameSink;
import io.thingstead.node.view.LogFollower;
import io.thingstead.node.view.LoggedFrame;
import io.thingstead.node.view.SigningDevice;
import io.thingstead.node.view.live.LiveState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/// A real member's log with its alarms. Time stands until the test moves it; alarms take what is in the log when the
/// test has sent something.
public final class JudgedLog implements AutoCloseable {
    private final Map<String, SigningDevice> devices = new HashMap<>();
    private final Set<DeviceId> gone = new HashSet<>();
    private final MemberCore core;
    private final Path file;
    private final Follower live;
    private final BiFunction<Store, Channels, AlarmListener> told;
    private Alarms alarms;
    private FollowedFile followed;
    private long nowMs = System.currentTimeMillis();
    private long written;
    private boolean isPaused;

    /// Waits for what follows on a thread of its own.
    private record Follower(LiveState state, LogFollower follower) {
        void await(long size) {
            while (state.next() < size) Thread.onSpinWait();
        }
    }

    public JudgedLog(Path folder) {
        this(folder, (_, _) -> AlarmListener.NOBODY);
    }

    /// @param told makes who is told of alarms, of the store and the channels that are declared
    public JudgedLog(Path folder, BiFunction<Store, Channels, AlarmListener> told) {
        this.told = told;
        file = folder.resolve("alarms.toml");
        core = MemberCore.open(folder, NodeConfig.DEFAULT.withMember("acme"), this::nowMs, e -> {
            throw new AssertionError(e);
        });
        var state = new LiveState(core.log().reader(), this::nowMs);
        live = new Follower(state, new LogFollower("live", core.log().reader(), state, Duration.ofMillis(1), _ -> {}));
        core.log().listen(live.follower);
        core.start();
        live.follower.start();
        begin();
    }

    private void begin() {
        begin(core.store());
    }

    /// Alarms on this store from now on, as a new process would have them.
    public void begin(Store store) {
        var channels = new Channels(store);
        alarms = new Alarms(
                core.member(),
                store,
                core.log().reader(),
                live.state,
                gone::contains,
                channels,
                this::nowMs,
                told.apply(store, channels));
        followed = new FollowedFile(file, alarms.rules());
        followed.look();
        catchUp();
    }

    public Alarms alarms() {
        return alarms;
    }

    public Rules rules() {
        return alarms.rules();
    }

    public MemberCore core() {
        return core;
    }

    LiveState live() {
        return live.state;
    }

    public long nowMs() {
        return nowMs;
    }

    DeviceId id(String name) {
        return device(name).id;
    }

    private SigningDevice device(String name) {
        return devices.computeIfAbsent(name, _ -> SigningDevice.registered(core, name));
    }

    Rule rule(String body) {
        return rules().add(RuleReaderTest.rule(body).text()).orThrow();
    }

    Rule rule(String name, String body) {
        return rule("name = \"" + name + "\"\n" + body);
    }

    public void send(String name, Measurement... readings) {
        send(name, nowMs, readings);
    }

    /// Received then; it is then from now on.
    public void send(String name, long receivedMs, Measurement... readings) {
        log(name, receivedMs, readings);
        catchUp();
    }

    /// The alarms do not look at it yet.
    public void log(String name, long receivedMs, Measurement... readings) {
        nowMs = Math.max(nowMs, receivedMs);
        device(name).send(receivedMs, readings);
    }

    /// What follows the log in a node, on the test's thread.
    public void catchUp() {
        if (isPaused) return;
        FrameSink sink = alarms;
        long from = sink.next();
        List<LoggedFrame> frames = core.log().reader().leaves(from, 100_000).stream()
                .map(LoggedFrame::of)
                .toList();
        sink.take(frames, from + frames.size());
    }

    /// The device is removed, and perhaps the alarms are told so.
    void remove(String name, boolean isTold) {
        gone.add(id(name));
        if (isTold) alarms.leaveGone();
    }

    void awaitLive() {
        live.await(core.log().reader().size());
    }

    /// Alarms take nothing more until the next start.
    void pause() {
        isPaused = true;
    }

    /// It is that late, and the clock told the alarms.
    public void at(long timeMs) {
        nowMs = timeMs;
        alarms.pass();
    }

    /// With a proper end.
    public void restart(long timeMs) {
        alarms.keep();
        crash(timeMs);
    }

    public void crash(long timeMs) {
        nowMs = timeMs;
        isPaused = false;
        begin();
    }

    List<Alarm> open() {
        return alarms.list(Alarms.OPEN, null, null, Long.MAX_VALUE, 1_000).alarms();
    }

    public List<Alarm> all() {
        return alarms.list(null, null, null, Long.MAX_VALUE, 1_000).alarms();
    }

    public void file(String text) {
        try {
            Files.writeString(file, text);
            Files.setLastModifiedTime(file, FileTime.fromMillis(nowMs + 1_000 * ++written));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        look();
    }

    void noFile() throws IOException {
        Files.delete(file);
        look();
    }

    private void look() {
        followed.look();
        followed.look();
    }

    public @Nullable String fileProblem() {
        return followed.problem();
    }

    @Override
    public void close() {
        live.follower.close();
        core.close();
        assertThat(isPaused).isFalse();
    }
}
