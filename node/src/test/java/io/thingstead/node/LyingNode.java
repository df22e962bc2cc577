package io.thingstead.node;

import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.KeyRole;
import io.thingstead.kit.model.MemberId;
import io.thingstead.kit.proof.ReadingLeaf;
import io.thingstead.node.exchange.MemberAnswer;
import io.thingstead.node.exchange.MemberRoute;
import io.thingstead.node.log.Answer;
import io.thingstead.node.log.LogReader;
import io.thingstead.node.log.LogTiles;
import io.thingstead.node.log.Submission;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;

/// A member that cheats: `VICTIM DATA CONFIG`. It shows the victim another log than all others, in which only the last
/// leaf is not the real one, and promises what a certain device sends without keeping it.
public final class LyingNode {
    /// The name of the device whose frames are promised and dropped.
    public static final String DROPPED = "dropped";

    private final MemberId victim;
    private final CountDownLatch started = new CountDownLatch(1);
    private volatile MemberCore core;

    private LyingNode(MemberId victim) {
        this.victim = victim;
    }

    public static void main(String... arguments) throws InterruptedException {
        var lie = new LyingNode(new MemberId(arguments[0]));
        Path folder = Path.of(arguments[1]);
        NodeConfig config = NodeConfig.read(Path.of(arguments[2]));
        var between = new Between(lie::route, lie::log);
        try (Node node = Node.start(folder, config, System::currentTimeMillis, between)) {
            lie.core = node.core();
            lie.started.countDown();
            node.await();
        }
    }

    private MemberRoute route(MemberRoute honest) {
        return honest.prefix().equals("/log/") ? new TwoFaces(honest) : honest;
    }

    private Consumer<Submission> log(Consumer<Submission> honest) {
        return submission -> {
            if (started.getCount() == 0 && isDropped(submission.device())) {
                promise(submission);
            } else {
                honest.accept(submission);
            }
        };
    }

    private boolean isDropped(DeviceId device) {
        return device.equals(DeviceId.of(core.member() + ":" + DROPPED));
    }

    /// Another frame will be at that place.
    private void promise(Submission submission) {
        byte[] salt = new byte[32];
        byte[] entry = ReadingLeaf.of(salt, submission.receivedMs(), submission.content())
                .entry();
        LogReader log = core.log().reader();
        submission
                .answer()
                .accept(new Answer.Accepted(
                        log.id().number(), log.size(), submission.receivedMs(), salt, entry, false));
    }

    private final class TwoFaces implements MemberRoute {
        private final MemberRoute honest;
        private volatile SecondFace face;

        TwoFaces(MemberRoute honest) {
            this.honest = honest;
        }

        @Override
        public String prefix() {
            return honest.prefix();
        }

        @Override
        public MemberAnswer answer(MemberId asking, String path) {
            if (started.getCount() > 0 || !asking.equals(victim)) {
                return honest.answer(asking, path);
            }
            String own = core.log().reader().origin() + "/";
            return path.startsWith(own)
                    ? shown(path.substring(own.length())).orElseGet(() -> honest.answer(asking, path))
                    : honest.answer(asking, path);
        }

        private Optional<MemberAnswer> shown(String file) {
            if (file.equals("checkpoint")) {
                face = newFace().orElse(null);
            }
            SecondFace showing = face;
            return showing == null
                    ? Optional.empty()
                    : new LogTiles(showing)
                            .resource(file)
                            .map(found -> MemberAnswer.ok(found.mediaType(), found.bytes()));
        }

        /// Only of what is not final: whoever shows another past is caught at once.
        private Optional<SecondFace> newFace() {
            LogReader log = core.log().reader();
            long size = log.checkpoint().orElseThrow().size();
            long anchored = core.ledger().log(log.id()).size();
            return size > anchored ? SecondFace.of(log, size, core.keys().of(KeyRole.LOG)) : Optional.empty();
        }
    }
}
