package io.thingstead.node;

import io.thingstead.kit.model.DeviceId;
import io.thingstead.node.alarm.Alarms;
import io.thingstead.node.alarm.Channels;
import io.thingstead.node.alarm.FollowedFile;
import io.thingstead.node.alarm.LateReadings;
import io.thingstead.node.alarm.Scoring;
import io.thingstead.node.api.AlarmChannelRoutes;
import io.thingstead.node.api.AlarmRoutes;
import io.thingstead.node.api.AlarmRuleRoutes;
import io.thingstead.node.api.AlarmTestRoute;
import io.thingstead.node.api.AnomalyRoute;
import io.thingstead.node.api.Routes;
import io.thingstead.node.log.Log;
import io.thingstead.node.notify.Courier;
import io.thingstead.node.view.LogFollower;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The member's alarms at work: what follows the log, the clock that tells them of silence, and the file of rules.
final class OwnAlarms implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(OwnAlarms.class);
    private static final Duration PAUSE = Duration.ofMillis(100);
    private static final long EVERY_MS = 1_000;

    private final MemberCore core;
    private final Views views;
    private final Alarms alarms;
    private final Courier courier;
    private final FollowedFile file;
    private final LateReadings late;
    private final LogFollower follower;
    private final Scoring scoring;
    private final LogFollower scorer;
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("alarm-clock").daemon(true).factory());

    /// @param isGone devices that were removed
    OwnAlarms(MemberCore core, Views views, Path rules, Predicate<DeviceId> isGone) {
        this.core = core;
        this.views = views;
        Log log = core.log();
        var channels = new Channels(core.store());
        courier = new Courier(core.member().value(), core.store(), channels, core.clockMs());
        alarms = new Alarms(
                core.member(),
                core.store(),
                log.reader(),
                views.live(),
                isGone,
                channels,
                core.clockMs(),
                courier.listener());
        file = new FollowedFile(rules, alarms.rules());
        late = new LateReadings(alarms, views.series(), log.reader());
        follower = new LogFollower("alarms", log.reader(), alarms, PAUSE, OwnAlarms::failed);
        scoring = new Scoring(alarms, log.reader(), views.live(), views.series());
        scorer = new LogFollower("scoring", log.reader(), scoring, PAUSE, OwnAlarms::failed);
        log.listen(follower);
        log.listen(scorer);
    }

    private static void failed(Throwable e) {
        LOG.error("alarms could not follow the log; they try again", e);
    }

    void start() {
        file.look();
        follower.start();
        scorer.start();
        courier.start();
        var _ = clock.scheduleWithFixedDelay(this::tick, EVERY_MS, EVERY_MS, TimeUnit.MILLISECONDS);
    }

    private void tick() {
        try {
            alarms.pass();
            late.look();
            file.look();
        } catch (RuntimeException e) {
            LOG.error("the alarms' clock failed once", e);
        }
    }

    Alarms alarms() {
        return alarms;
    }

    Scoring scoring() {
        return scoring;
    }

    /// Leaves that are not scored yet.
    long scoringBehind() {
        return scorer.behind();
    }

    Courier courier() {
        return courier;
    }

    /// What people and programs ask of alarms.
    void register(Routes routes) {
        new AlarmRoutes(alarms, core.clockMs()).register(routes);
        new AlarmRuleRoutes(alarms, file).register(routes);
        new AlarmChannelRoutes(alarms.channels(), courier).register(routes);
        new AnomalyRoute(scoring, core.clockMs()).register(routes);
        new AlarmTestRoute(alarms, views.live(), views.series(), core.log().reader(), core.clockMs()).register(routes);
    }

    /// Leaves that are not judged yet.
    long behind() {
        return follower.behind();
    }

    @Override
    public void close() {
        clock.close();
        scorer.close();
        follower.close();
        alarms.keep();
        courier.close();
    }
}
