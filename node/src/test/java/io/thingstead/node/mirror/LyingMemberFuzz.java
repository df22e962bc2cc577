package io.thingstead.node.mirror;

import static io.thingstead.node.mirror.Consortium.LOG;
import static io.thingstead.node.mirror.Consortium.state;
import static org.assertj.core.api.Assertions.assertThat;

import io.thingstead.kit.model.KeyRole;
import io.thingstead.kit.model.MemberId;
import io.thingstead.node.exchange.MemberAnswer;
import io.thingstead.node.exchange.OtherMembers;
import io.thingstead.node.ledger.TestLedger;
import io.thingstead.node.mirror.MemberFollower.Round;
import io.thingstead.node.mirror.MirrorState.Condition;
import io.thingstead.node.storage.MemoryStore;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// A member that answers anything: nothing false is kept, nothing is thrown, and a round asks a bounded number of
/// times.
class LyingMemberFuzz {
    private static final int ROUNDS = 40;
    private static final int MOST_QUESTIONS = 400;

    private final Consortium members = new Consortium();
    private final Face face = members.face().grow("leaf", 17_000);
    private final AtomicInteger questions = new AtomicInteger();

    private OtherMembers lying(Random random) {
        OtherMembers honest = members.othersOf(TestLedger.member(2));
        return (MemberId member, String path, int maxBytes) -> {
            questions.incrementAndGet();
            byte[] right = random.nextInt(240) == 0
                    ? new byte[random.nextInt(maxBytes + 40)]
                    : honest.ask(member, path, maxBytes).body();
            return switch (random.nextInt(200)) {
                case 0 -> MemberAnswer.no(404, "no");
                case 1 -> MemberAnswer.ok(MemberAnswer.BYTES, Arrays.copyOf(right, random.nextInt(right.length + 64)));
                case 2 -> MemberAnswer.ok(MemberAnswer.BYTES, flipped(right, random));
                default -> MemberAnswer.ok(MemberAnswer.BYTES, right);
            };
        };
    }

    private static byte[] flipped(byte[] bytes, Random random) {
        byte[] changed = bytes.clone();
        if (changed.length > 0) changed[random.nextInt(changed.length)] ^= (byte) (1 << random.nextInt(8));
        return changed;
    }

    @Test
    void nothing_false_is_kept_of_whatever_a_member_answers() {
        long seed = new Random().nextLong();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        members.show(face);
        members.anchor(face);
        int failed = 0;
        for (int i = 0; i < ROUNDS; i++) {
            Mirrors mirrors = mirrors(lying(random));
            questions.set(0);
            Round round = new MemberFollower(
                            Consortium.ACME, mirrors, lying(random), members.nowMs::get, System::nanoTime)
                    .round();
            assertThat(questions.get()).isLessThan(MOST_QUESTIONS);
            MirroredTree tree = mirrors.log(LOG).orElseThrow().tree();
            assertThat(tree.size()).isIn(0L, 16_384L);
            if (tree.size() > 0) assertThat(tree.root()).isEqualTo(face.rootAt(tree.size()));
            if (round == Round.FAILED) {
                failed++;
                assertThat(state(mirrors).condition()).isEqualTo(Condition.UNREACHABLE);
            }
        }
        assertThat(failed).isBetween(ROUNDS / 4, ROUNDS - 1);
        assertThat(members.chain.reader().forks()).isEmpty();
    }

    private Mirrors mirrors(OtherMembers others) {
        return new Mirrors(
                TestLedger.member(2),
                members.chain.reader(),
                new MemoryStore(),
                others,
                new OwnLogs(List.of(), TestLedger.key(2, KeyRole.LOG)),
                TestLedger.key(2, KeyRole.NODE),
                actions -> members.ask(KeyRole.NODE, 2, actions),
                members.nowMs::get);
    }
}
