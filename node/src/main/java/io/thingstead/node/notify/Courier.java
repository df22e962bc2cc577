package io.thingstead.node.notify;

import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Result;
import io.thingstead.node.alarm.Alarm;
import io.thingstead.node.alarm.AlarmListener;
import io.thingstead.node.alarm.Channel;
import io.thingstead.node.alarm.Channels;
import io.thingstead.node.storage.Store;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Carries what waits to whom it is for. One thread looks what may go; each channel sends one letter at a time on a
/// thread of its own, so that one whose other side is slow keeps no other waiting.
public final class Courier implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Courier.class);
    /// Alarms that are raised together are told together.
    private static final long GATHER_MS = 1_500;
    private static final long LOOK_MS = 500;
    private static final int MOST_IN_LETTER = 50;
    private static final long GIVE_UP_MS = 24L * 3_600_000;

    private final String member;
    private final Channels channels;
    private final LongSupplier clockMs;
    private final PostBox posts = new PostBox();
    private final Semaphore news = new Semaphore(0);
    private final Outbox outbox;
    private final Map<String, Line> lines = new ConcurrentHashMap<>();
    private final Thread thread;
    private volatile boolean closing;
    private volatile long sent;
    private volatile long failed;

    /// How a channel is doing.
    ///
    /// @param trouble why the last letter did not arrive; absent when it did
    public record Standing(
            int waiting,
            @Nullable Long sentMs,
            @Nullable String trouble,
            @Nullable Long troubleMs) {}

    /// @param givenUp notifications that went untold
    public record Figures(long sent, long failed, long waiting, long givenUp) {}

    /// A channel as it is declared now, with its sender and its pace.
    private final class Line {
        final Channel channel;
        final Sender sender;
        final Pace pace;
        boolean isBusy;

        @Nullable
        Long sentMs;

        @Nullable
        String trouble;

        @Nullable
        Long troubleMs;

        Line(Channel channel) {
            this.channel = channel;
            this.sender = sender(channel);
            this.pace = new Pace(channel.terms().mostPerHour(), clockMs.getAsLong(), RandomGenerator.getDefault());
        }
    }

    public Courier(String member, Store store, Channels channels, LongSupplier clockMs) {
        this.member = member;
        this.channels = channels;
        this.clockMs = clockMs;
        this.outbox = new Outbox(store, channels, clockMs, news::release);
        this.thread = Thread.ofPlatform().name("courier").daemon(true).unstarted(this::run);
    }

    private Sender sender(Channel channel) {
        return switch (channel) {
            case Channel.Email email -> new EmailSender(email, clockMs);
            case Channel.Webhook webhook -> new WebhookSender(webhook, posts, clockMs);
            case Channel.Ntfy ntfy -> new NtfySender(ntfy, posts);
        };
    }

    /// To be told of alarms.
    public AlarmListener listener() {
        return outbox;
    }

    public void start() {
        thread.start();
    }

    private void run() {
        try {
            while (!closing) {
                if (news.tryAcquire(LOOK_MS, TimeUnit.MILLISECONDS)) news.drainPermits();
                try {
                    look();
                } catch (RuntimeException e) {
                    LOG.error("what is to be told could not be looked at; it is looked at again", e);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Sends what may go now.
    void look() {
        long nowMs = clockMs.getAsLong();
        outbox.giveUp(nowMs - GIVE_UP_MS);
        for (Channel channel : channels.all()) {
            Line line = line(channel);
            List<Notification> due = outbox.next(channel.name(), MOST_IN_LETTER);
            if (due.isEmpty() || nowMs - due.getFirst().sinceMs() < GATHER_MS) continue;
            synchronized (line) {
                if (line.isBusy || !line.pace.allows(nowMs)) continue;
                line.isBusy = true;
            }
            Thread.ofVirtual().name("channel " + channel.name()).start(() -> send(line, due));
        }
        lines.keySet().removeIf(name -> channels.find(name).isEmpty());
    }

    /// Whether no letter is under way.
    boolean isIdle() {
        return lines.values().stream().noneMatch(line -> {
            synchronized (line) {
                return line.isBusy;
            }
        });
    }

    /// A channel that was declared anew begins anew.
    private Line line(Channel channel) {
        return Objects.requireNonNull(lines.compute(
                channel.name(),
                (_, known) -> known != null && known.channel.equals(channel) ? known : new Line(channel)));
    }

    private void send(Line line, List<Notification> notifications) {
        String name = line.channel.name();
        try {
            line.sender.send(letter(notifications));
            outbox.told(name, notifications);
            count(line, null, notifications.size());
            synchronized (line) {
                line.pace.sent();
            }
        } catch (NotSent e) {
            count(line, e.why(), notifications.size());
            LOG.warn("{} alarms are not told over {} yet: {}", notifications.size(), name, e.why());
            synchronized (line) {
                line.pace.failed(clockMs.getAsLong());
            }
        } catch (RuntimeException e) {
            if (closing) return;
            count(line, e.getClass().getSimpleName(), notifications.size());
            LOG.error("telling alarms over {} failed", name, e);
            synchronized (line) {
                line.pace.failed(clockMs.getAsLong());
            }
        } finally {
            synchronized (line) {
                line.isBusy = false;
            }
            news.release();
        }
    }

    private Letter letter(List<Notification> notifications) {
        return new Letter(member, channels.page(), notifications);
    }

    private synchronized void count(Line line, @Nullable String trouble, int notifications) {
        synchronized (line) {
            line.trouble = trouble;
            if (trouble == null) line.sentMs = clockMs.getAsLong();
            line.troubleMs = trouble == null ? null : Long.valueOf(clockMs.getAsLong());
        }
        if (trouble == null) sent += notifications;
        else failed++;
    }

    /// Sends a word over a channel at once, to see whether it arrives.
    public Result<Channel> test(String name) {
        var channel = channels.find(name);
        if (channel.isEmpty()) return Result.no(Refusal.ALARM_UNKNOWN, "there is no channel " + name);
        Line line = line(channel.get());
        long nowMs = clockMs.getAsLong();
        try {
            line.sender.send(letter(List.of(new Notification(Notification.Kind.TEST, tried(nowMs), nowMs))));
            count(line, null, 0);
            return Result.ok(channel.get());
        } catch (NotSent e) {
            count(line, e.why(), 0);
            return Result.no(Refusal.ALARM_UNTOLD, e.why());
        }
    }

    private static Alarm tried(long nowMs) {
        return Alarm.tried("This is a test", "nothing is wrong", nowMs);
    }

    /// To whom a channel tells, without what may be secret in its address.
    public static String shown(Channel channel) {
        return switch (channel) {
            case Channel.Email email -> String.join(", ", email.to()) + " through " + email.host();
            case Channel.Webhook webhook -> shown(webhook.place());
            case Channel.Ntfy ntfy -> shown(ntfy.place());
        };
    }

    private static String shown(Channel.Place place) {
        String url = place.url();
        return url == null
                ? "an address in " + place.urlFile()
                : Channel.address(url).map(PostBox::shown).orElse("nobody");
    }

    public Standing standing(Channel channel) {
        Line line = line(channel);
        synchronized (line) {
            return new Standing(outbox.waiting(channel.name()), line.sentMs, line.trouble, line.troubleMs);
        }
    }

    public Figures figures() {
        return new Figures(sent, failed, outbox.waiting(), outbox.givenUp());
    }

    /// What was not taken yet is told after the next start.
    @Override
    public void close() {
        closing = true;
        thread.interrupt();
        posts.close();
        try {
            thread.join(TimeUnit.SECONDS.toMillis(5));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
