package io.thingstead.node.mirror;

import static io.thingstead.node.mirror.Consortium.ACME;
import static io.thingstead.node.mirror.Consortium.LOG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.thingstead.kit.merkle.MerkleTree;
import io.thingstead.kit.merkle.MerkleVerifier;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.KeyRole;
import io.thingstead.kit.model.MemberId;
import io.thingstead.kit.model.TrustLevel;
import io.thingstead.node.exchange.MemberAnswer;
import io.thingstead.node.exchange.MemberRoute;
import io.thingstead.node.ledger.TestLedger;
import io.thingstead.node.ledger.action.Grant;
import io.thingstead.node.ledger.action.RevokeGrant;
import io.thingstead.node.log.KeptLeaf;
import io.thingstead.node.mirror.MemberFollower.Round;
import io.thingstead.node.storage.Column;
import io.thingstead.node.storage.FaultyStore;
import io.thingstead.node.storage.FaultyStore.Fault;
import io.thingstead.node.storage.KeyRange;
import io.thingstead.node.storage.MemoryStore;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A member keeps what it was granted of another's devices, and nothing else.
class GrantedContentsTest {
    private static final MemberId M2 = TestLedger.member(2);
    private static final MemberId M3 = TestLedger.member(3);

    private final Consortium members = new Consortium();
    private final AcmeLog log = new AcmeLog(members);
    private final DeviceId box = log.device("box");
    private final DeviceId secret = log.device("secret");
    private final Mirrors acme = members.mirrors(1, log.store(), List.of(log.reader()));
    private final MemoryStore.Disk disk = new MemoryStore.Disk();
    private final Mirrors mirrors = members.mirrors(2, new MemoryStore(disk));

    @BeforeEach
    void open() {
        members.open(1, acme);
    }

    @AfterEach
    void close() {
        log.close();
    }

    private void grant(DeviceId device, long fromMs, Long toMs) {
        assertThat(members.ask(KeyRole.NODE, 1, List.of(new Grant(device, M2, fromMs, toMs))))
                .isEmpty();
    }

    private MemberRoute contents() {
        return acme.routes().stream()
                .filter(route -> route.prefix().equals("/contents/"))
                .findFirst()
                .orElseThrow();
    }

    private Round follow(Mirrors who) {
        Round round = Round.MORE;
        while (round == Round.MORE) round = members.follower(who, 2).round();
        return round;
    }

    private List<GrantedFrame> kept(Mirrors who, DeviceId device) {
        return who.contents().frames(device, 0, -1, 10_000);
    }

    private static List<Long> numbers(List<GrantedFrame> frames) {
        return frames.stream().map(GrantedFrame::n).toList();
    }

    @Test
    void who_was_granted_nothing_gets_nothing() {
        log.send(box, 5);
        log.anchor();
        assertThat(contents().answer(M2, "1/0").status()).isEqualTo(403);
        assertThat(follow(mirrors)).isEqualTo(Round.DONE);
        assertThat(kept(mirrors, box)).isEmpty();
        assertThat(members.asked).noneMatch(path -> path.startsWith("/contents/"));
    }

    @Test
    void commands_and_their_receipts_stay_between_the_member_and_its_device() {
        log.send(box, AcmeLog.START + 1);
        log.answerCommand(box, AcmeLog.START + 2);
        log.send(box, AcmeLog.START + 3);
        log.anchor();
        grant(box, AcmeLog.START, null);
        assertThat(follow(mirrors)).isEqualTo(Round.DONE);
        assertThat(numbers(kept(mirrors, box))).containsExactly(1L, 3L);
    }

    @Test
    void the_granted_devices_frames_of_the_granted_time_are_kept_and_read_with_their_trust() {
        for (int i = 0; i < 30; i++) log.send(i % 3 == 0 ? secret : box, AcmeLog.START + i * 1_000);
        log.anchor();
        grant(box, AcmeLog.START + 10_000, AcmeLog.START + 20_000);
        assertThat(follow(mirrors)).isEqualTo(Round.DONE);
        List<GrantedFrame> frames = kept(mirrors, box);
        assertThat(frames)
                .extracting(GrantedFrame::receivedMs)
                .containsExactly(
                        AcmeLog.START + 10_000,
                        AcmeLog.START + 11_000,
                        AcmeLog.START + 13_000,
                        AcmeLog.START + 14_000,
                        AcmeLog.START + 16_000,
                        AcmeLog.START + 17_000,
                        AcmeLog.START + 19_000);
        assertThat(frames).allSatisfy(frame -> {
            assertThat(frame.trust()).isEqualTo(TrustLevel.DEVICE_SIGNED);
            assertThat(frame.log()).isEqualTo(LOG);
            assertThat(frame.readings()).hasSize(1);
            assertThat(log.reader().leaf(frame.index()).orElseThrow().n()).isEqualTo(frame.n());
        });
        assertThat(kept(mirrors, secret)).isEmpty();
        assertThat(contents().answer(M3, "1/0").status()).as("not its grant").isEqualTo(403);
    }

    @Test
    void what_the_owner_erased_is_erased_where_it_was_granted_and_never_fetched_again() {
        for (int i = 0; i < 300; i++) log.send(i % 3 == 0 ? secret : box, AcmeLog.START + i);
        log.anchor();
        grant(box, 0, null);
        assertThat(follow(mirrors)).isEqualTo(Round.DONE);
        assertThat(kept(mirrors, box)).hasSize(200);
        byte[] root = log.reader().rootAt(300);
        log.erase(0, 150);
        log.erase(150, 240);
        assertThat(log.reader().rootAt(300)).isEqualTo(root);
        // The process ends before the bytes are off the disk: the list is not done.
        mirrors.purgeBy(keys -> {
            throw new IllegalStateException("ended");
        });
        assertThatThrownBy(() -> follow(mirrors)).hasMessage("ended");
        List<KeyRange> purged = new ArrayList<>();
        Mirrors again = members.mirrors(2, new MemoryStore(disk));
        again.purgeBy(purged::addAll);
        assertThat(follow(again)).isEqualTo(Round.DONE);
        assertThat(purged).hasSize(2).allMatch(keys -> keys.column() == Column.MIRRORED_CONTENT);
        assertThat(kept(again, box)).hasSize(40).allMatch(frame -> frame.index() >= 240);
        assertThat(again.contents().find(box, 1)).isEmpty();
        assertThat(follow(again)).isEqualTo(Round.DONE);
        assertThat(purged).hasSize(2);
        assertThat(members.asked.getLast()).isNotEqualTo("/erased/1/0");
        // Who is granted it now gets what is left.
        assertThat(members.ask(KeyRole.NODE, 1, List.of(new Grant(box, M3, 0L, null))))
                .isEmpty();
        Mirrors late = members.mirrors(3, new MemoryStore());
        Round round = Round.MORE;
        while (round == Round.MORE) round = members.follower(late, 3).round();
        assertThat(kept(late, box)).hasSize(40);
    }

    @Test
    void a_list_of_what_was_erased_that_has_not_the_form_is_a_misanswer() {
        byte[] whole = new ErasedList(3, List.of(5L, 9L, 1_000_000L)).encode();
        assertThat(ErasedList.decode(whole)).isEqualTo(new ErasedList(3, List.of(5L, 9L, 1_000_000L)));
        long seed = System.nanoTime();
        var random = new Random(seed);
        for (int i = 0; i < 20_000; i++) {
            byte[] torn = Arrays.copyOf(whole, random.nextInt(whole.length + 3));
            for (int j = random.nextInt(3); j >= 0 && torn.length > 0; j--)
                torn[random.nextInt(torn.length)] = (byte) random.nextInt(256);
            try {
                var read = ErasedList.decode(torn);
                assertThat(read.encode()).as("seed " + seed).isEqualTo(torn);
            } catch (Misanswer e) {
                assertThat(e).hasMessageContaining("has not the form");
            }
        }
        // More than a list has.
        byte[] claims = {(byte) 0x82, 1, (byte) 0x9a, 0x7f, (byte) 0xff, (byte) 0xff, (byte) 0xff};
        assertThatThrownBy(() -> ErasedList.decode(claims)).isInstanceOf(Misanswer.class);
    }

    @Test
    void a_stream_of_many_pages_is_followed_to_its_end_and_goes_on_after_a_restart() {
        log.send(box, 700);
        log.anchor();
        grant(box, 0, null);
        assertThat(follow(mirrors)).isEqualTo(Round.DONE);
        assertThat(kept(mirrors, box)).hasSize(700);
        assertThat(mirrors.contents().frames(box, 1, 99, 50))
                .extracting(GrantedFrame::index)
                .startsWith(100L)
                .endsWith(149L);
        log.send(box, 10);
        log.anchor();
        members.asked.clear();
        Mirrors again = members.mirrors(2, new MemoryStore(disk));
        follow(again);
        assertThat(numbers(kept(again, box))).hasSize(710).doesNotHaveDuplicates();
        assertThat(members.asked).contains("/contents/1/700").doesNotContain("/contents/1/0");
    }

    @Test
    void a_later_grant_brings_what_was_before_it() {
        log.send(secret, 3);
        log.send(box, 3);
        log.anchor();
        grant(box, 0, null);
        follow(mirrors);
        grant(secret, 0, null);
        follow(mirrors);
        assertThat(kept(mirrors, secret)).hasSize(3);
        assertThat(kept(mirrors, box)).hasSize(3);
    }

    @Test
    void after_a_grant_is_revoked_nothing_more_comes() {
        log.send(box, 3);
        log.anchor();
        grant(box, 0, null);
        follow(mirrors);
        members.ask(KeyRole.NODE, 1, List.of(new RevokeGrant(box, M2)));
        log.send(box, 3);
        log.anchor();
        assertThat(contents().answer(M2, "1/0").status()).isEqualTo(403);
        assertThat(follow(mirrors)).isEqualTo(Round.DONE);
        assertThat(kept(mirrors, box)).hasSize(3);
    }

    private void answering(UnaryOperator<LeafContent.Page> change) {
        MemberRoute honest = contents();
        members.route(ACME, new MemberRoute() {
            @Override
            public String prefix() {
                return "/contents/";
            }

            @Override
            public MemberAnswer answer(MemberId asking, String path) {
                MemberAnswer answer = honest.answer(asking, path);
                LeafContent.Page page = change.apply(LeafContent.Page.decode(answer.body()));
                return MemberAnswer.ok(MemberAnswer.BYTES, page.encode());
            }
        });
    }

    @Test
    void what_the_leaf_does_not_commit_to_or_was_not_granted_is_not_kept() {
        log.send(box, 4);
        log.send(secret, 4);
        log.anchor();
        grant(box, 0, null);
        var leaf = log.reader().leaf(5).orElseThrow();
        LeafContent foreign =
                new LeafContent(5, leaf.stream().key(), leaf.kind(), leaf.receivedMs(), leaf.salt(), leaf.content());
        List<UnaryOperator<LeafContent.Page>> lies = List.of(
                page -> with(
                        page,
                        0,
                        content -> new LeafContent(
                                0, content.key(), 1, content.receivedMs() + 1, content.salt(), content.content())),
                page -> with(
                        page,
                        0,
                        content -> new LeafContent(
                                1, content.key(), 1, content.receivedMs(), content.salt(), content.content())),
                page -> with(
                        page,
                        0,
                        content -> new LeafContent(
                                0, foreign.key(), 1, content.receivedMs(), content.salt(), content.content())),
                page -> new LeafContent.Page(page.next(), page.contents().reversed()),
                page -> new LeafContent.Page(8, List.of(foreign)),
                page -> new LeafContent.Page(0, List.of()));
        for (var lie : lies) {
            answering(lie);
            assertThat(members.follower(mirrors, 2).round()).isEqualTo(Round.FAILED);
            assertThat(kept(mirrors, box)).isEmpty();
            assertThat(kept(mirrors, secret)).isEmpty();
            members.open(1, acme);
        }
        follow(mirrors);
        assertThat(kept(mirrors, box)).hasSize(4);
    }

    private static LeafContent.Page with(LeafContent.Page page, int at, UnaryOperator<LeafContent> change) {
        List<LeafContent> contents = new java.util.ArrayList<>(page.contents());
        contents.set(at, change.apply(contents.get(at)));
        return new LeafContent.Page(page.next(), contents);
    }

    @ParameterizedTest
    @EnumSource(Fault.class)
    void a_crash_at_the_write_leaves_all_of_an_answer_or_nothing(Fault fault) {
        log.send(box, 300);
        log.anchor();
        grant(box, 0, null);
        for (int failing = 2; failing <= 3; failing++) {
            MemoryStore.Disk disk = new MemoryStore.Disk();
            follow(members.mirrors(2, new FaultyStore(new MemoryStore(disk), fault, failing)));
            int written = failing - 2 + (fault == Fault.BEFORE_IT_IS_ACKNOWLEDGED ? 1 : 0);
            Mirrors next = members.mirrors(2, new MemoryStore(disk));
            assertThat(kept(next, box)).hasSize(written == 0 ? 0 : written == 1 ? 256 : 300);
            follow(next);
            assertThat(numbers(kept(next, box))).hasSize(300).doesNotHaveDuplicates();
        }
    }

    @Test
    void what_is_kept_is_found_by_its_number_with_its_path_in_the_anchored_log() {
        log.send(secret, 3);
        log.send(box, 300);
        log.anchor();
        grant(box, 0, null);
        follow(mirrors);
        Mirrors again = members.mirrors(2, new MemoryStore(disk));
        byte[] root = log.reader().rootAt(303);
        for (long n = 1; n <= 300; n++) {
            KeptLeaf leaf = again.contents().find(box, n).orElseThrow();
            assertThat(leaf.treeSize()).isEqualTo(303);
            byte[] entry = log.reader().leaf(leaf.index()).orElseThrow().entry();
            assertThat(MerkleVerifier.verifyInclusion(
                            MerkleTree.leafHash(entry),
                            leaf.index(),
                            303,
                            leaf.inclusion().apply(303),
                            root))
                    .isTrue();
            assertThat(log.reader().leaf(leaf.index()).orElseThrow().n()).isEqualTo(n);
        }
        assertThat(again.contents().find(box, 301)).isEmpty();
        assertThat(again.contents().find(secret, 1)).as("not granted").isEmpty();
        assertThat(again.contents().erase(LOG, 4)).isTrue();
        assertThat(again.contents().find(box, 2)).as("erased").isEmpty();
        assertThat(again.contents().find(box, 3)).isPresent();
    }

    @Test
    void an_erased_frame_is_gone_and_the_mirrored_log_still_verifies() {
        log.send(box, 5);
        log.anchor();
        grant(box, 0, null);
        follow(mirrors);
        assertThat(mirrors.contents().erase(LOG, 2)).isTrue();
        assertThat(mirrors.contents().erase(LOG, 2)).isFalse();
        assertThat(numbers(kept(mirrors, box))).containsExactly(1L, 2L, 4L, 5L);
        log.send(box, 1);
        log.anchor();
        follow(mirrors);
        assertThat(numbers(kept(mirrors, box))).containsExactly(1L, 2L, 4L, 5L, 6L);
        assertThat(mirrors.log(LOG).orElseThrow().tree().root())
                .isEqualTo(log.reader().rootAt(6));
    }

    @Test
    void mutated_answers_are_refused_and_never_throw_anything_else() {
        log.send(box, 5);
        log.anchor();
        grant(box, 0, null);
        byte[] good = contents().answer(M2, "1/0").body();
        long seed = new Random().nextLong();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        for (int i = 0; i < 5_000; i++) {
            byte[] bad = random.nextBoolean() ? good.clone() : Arrays.copyOf(good, random.nextInt(good.length + 20));
            for (int flips = random.nextInt(3); flips >= 0; flips--)
                if (bad.length > 0) bad[random.nextInt(bad.length)] ^= (byte) (1 << random.nextInt(8));
            try {
                LeafContent.Page.decode(bad);
            } catch (Misanswer e) {
                assertThat(e).hasMessageContaining("have not the form");
            }
        }
        for (String path : List.of("", "1", "1/", "0/0", "1/-1", "1/99999999999999999", "x/1", "1/1/1", "9/0"))
            assertThat(contents().answer(M2, path).status()).as(path).isEqualTo(404);
    }
}
