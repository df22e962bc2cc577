package io.thingstead.kit.device;

import io.thingstead.kit.command.Command;
import io.thingstead.kit.frame.FrameSigner;
import io.thingstead.kit.frame.SenMlEncoder;
import io.thingstead.kit.frame.SenMlEncoder.Measurement;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/// A device's own side: signs what it measures, keeps it on disk until the node has it, and sends in order.
///
/// It has no thread of its own: its owner calls `measured` with readings and `pump` now and then, from one thread;
/// answers of the link are taken in by `pump`.
public final class Device {
    /// How many frames may be under way.
    private static final int WINDOW = 64;

    private static final long FIRST_PAUSE_MS = 500;
    private static final long LONGEST_PAUSE_MS = 30_000;

    /// What goes first after a time offline. Newest first shows the live value at once; the receiver sees a gap, which
    /// closes as the older frames follow.
    public enum Order {
        OLDEST_FIRST,
        NEWEST_FIRST
    }

    /// What the owner may want to know.
    public interface Listener {
        default void accepted(long n) {}

        /// The node will never take this frame; it was set aside in [FrameBuffer#refusedFile].
        default void refused(long n, String code, String text) {}

        /// Frames did not get through. They wait and are sent again after a pause.
        default void failed(String why) {}
    }

    private final FrameSigner signer;
    private final FrameBuffer buffer;
    private final Order order;
    private final Listener listener;
    private final Set<Long> underWay = new TreeSet<>();
    private final ConcurrentLinkedQueue<Answer> answers = new ConcurrentLinkedQueue<>();
    private long pauseMs = FIRST_PAUSE_MS;
    private long quietUntilMs;
    private @Nullable FrameLink link;
    private @Nullable CommandTaker commands;

    private record Answer(FrameLink from, long n, FrameLink.Delivery delivery) {}

    public Device(FrameSigner signer, FrameBuffer buffer, Order order, Listener listener) {
        this.signer = signer;
        this.buffer = buffer;
        this.order = order;
        this.listener = listener;
    }

    /// Signs the readings as one frame and keeps it, durably. Empty when the buffer is full.
    public OptionalLong measured(List<Measurement> readings) {
        byte[] senml = SenMlEncoder.encode(readings);
        if (!buffer.hasRoom(senml.length + 256)) {
            return OptionalLong.empty();
        }
        long n = buffer.last() + 1;
        boolean kept = buffer.append(n, signer.sign(n, Optional.empty(), senml));
        return kept ? OptionalLong.of(n) : OptionalLong.empty();
    }

    /// From now on the device answers commands: `pump` executes them, and what became of them goes to the node like a
    /// frame, with the next number.
    public void answer(CommandTaker taker) {
        taker.restore(buffer.oldest(Integer.MAX_VALUE));
        commands = taker;
    }

    /// Nothing is begun that could not be told about: while the buffer is full, commands wait.
    private void work(CommandTaker taker, long nowMs) {
        while (taker.hasNext() && buffer.hasRoom(Command.MAX_BYTES)) {
            taker.next(nowMs).ifPresent(receipt -> {
                long n = buffer.last() + 1;
                buffer.append(n, signer.sign(n, receipt.encode()));
            });
        }
    }

    /// Frames that nobody has acknowledged yet.
    public int waiting() {
        return buffer.size();
    }

    /// Takes in answers, and sends what waits over this link, or over none while the device is offline.
    public void pump(@Nullable FrameLink current, long nowMs) {
        if (!Objects.equals(link, current)) {
            // What was under way on the old link may be lost: it is sent again.
            underWay.clear();
            link = current;
            quietUntilMs = nowMs;
        }
        for (Answer answer = answers.poll(); answer != null; answer = answers.poll()) {
            take(answer, nowMs);
        }
        if (commands != null) {
            work(commands, nowMs);
        }
        if (current == null || !current.isConnected() || nowMs < quietUntilMs) {
            return;
        }
        List<FrameBuffer.Waiting> next = order == Order.OLDEST_FIRST ? buffer.oldest(WINDOW) : buffer.newest(WINDOW);
        for (FrameBuffer.Waiting frame : next) {
            if (underWay.size() >= WINDOW) {
                break;
            }
            if (underWay.add(frame.n())) {
                var _ = current.send(frame.frame())
                        .thenAccept(delivery -> answers.add(new Answer(current, frame.n(), delivery)));
            }
        }
    }

    private void take(Answer answer, long nowMs) {
        if (answer.from().equals(link)) {
            underWay.remove(answer.n());
        }
        switch (answer.delivery()) {
            case FrameLink.Delivery.Accepted() -> {
                pauseMs = FIRST_PAUSE_MS;
                buffer.done(answer.n());
                listener.accepted(answer.n());
            }
            case FrameLink.Delivery.Refused(String code, String text) -> {
                pauseMs = FIRST_PAUSE_MS;
                buffer.refuse(answer.n(), code, text);
                listener.refused(answer.n(), code, text);
            }
            case FrameLink.Delivery.Failed(String why) -> {
                // All that was under way fails at once: that is one reason to wait, not one for each frame.
                if (answer.from().equals(link) && nowMs >= quietUntilMs) {
                    quietUntilMs = nowMs + pauseMs;
                    pauseMs = Math.min(LONGEST_PAUSE_MS, pauseMs * 2);
                    listener.failed(why);
                }
            }
        }
    }
}
