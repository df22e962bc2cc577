package io.thingstead.node.mirror;

import static io.thingstead.node.mirror.Consortium.ACME;
import static io.thingstead.node.mirror.Consortium.LOG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.thingstead.kit.crypto.SigningKey;
import io.thingstead.kit.merkle.Cosignature;
import io.thingstead.kit.merkle.NoteKey;
import io.thingstead.kit.merkle.SignedNote;
import io.thingstead.kit.model.KeyRole;
import io.thingstead.kit.model.LogId;
import io.thingstead.kit.model.MemberId;
import io.thingstead.kit.proof.Held;
import io.thingstead.node.exchange.MemberAnswer;
import io.thingstead.node.exchange.MemberRoute;
import io.thingstead.node.ledger.LogRecord;
import io.thingstead.node.ledger.TestLedger;
import io.thingstead.node.ledger.action.CloseLog;
import io.thingstead.node.log.Log;
import io.thingstead.node.mirror.MemberFollower.Round;
import io.thingstead.node.mirror.MirrorState.Condition;
import io.thingstead.node.storage.MemoryStore;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Members tell each other what they hold and saw: statements, cosignatures, and the two faces of a log.
class HoldingsTest {
    private static final MemberId M2 = TestLedger.member(2);
    private static final MemberId M3 = TestLedger.member(3);

    private final Consortium members = new Consortium();
    private final AcmeLog log = new AcmeLog(members);
    private final Mirrors acme = members.mirrors(1, new MemoryStore(), List.of(log.reader()));
    private final Mirrors second = members.mirrors(2);
    private final Mirrors third = members.mirrors(3);

    @BeforeEach
    void open() {
        members.open(1, acme);
        members.open(2, second);
        members.open(3, third);
    }

    @AfterEach
    void close() {
        log.close();
    }

    private Round follow(Mirrors who, int number, MemberId whom) {
        return members.follower(who, number, whom).round();
    }

    private void everybodyFollowsAcme() {
        assertThat(follow(second, 2, ACME)).isEqualTo(Round.DONE);
        assertThat(follow(third, 3, ACME)).isEqualTo(Round.DONE);
    }

    @Test
    void members_know_who_holds_a_leaf_by_the_holders_signed_statements() {
        log.send(log.device("box"), 5);
        log.anchor();
        assertThat(acme.holdings().holders(LOG, 4)).containsExactly(ACME);
        everybodyFollowsAcme();
        assertThat(acme.holdings().holders(LOG, 4)).containsExactly(ACME);
        follow(acme, 1, M2);
        assertThat(acme.holdings().holders(LOG, 4)).containsExactly(ACME, M2);
        follow(acme, 1, M3);
        assertThat(acme.holdings().holders(LOG, 4)).containsExactly(ACME, M2, M3);
        assertThat(acme.holdings().holders(LOG, 5)).isEmpty();
        assertThat(acme.holdings().members()).isEqualTo(4);
        follow(third, 3, M2);
        assertThat(third.holdings().holders(LOG, 0)).containsExactly(ACME, M2, M3);
    }

    @Test
    void the_owner_shows_its_checkpoint_with_the_cosignatures_of_the_others() {
        log.send(log.device("box"), 5);
        log.anchor();
        everybodyFollowsAcme();
        assertThat(acme.holdings().cosigned(log.reader())).isEmpty();
        follow(acme, 1, M2);
        follow(acme, 1, M3);
        for (String text : List.of(
                acme.holdings().newest(log.reader()).orElseThrow(),
                acme.holdings().cosigned(log.reader()).orElseThrow())) {
            SignedNote note =
                    SignedNote.parse(text.getBytes(StandardCharsets.UTF_8)).orElseThrow();
            assertThat(note.lines()).hasSize(3);
            var key = TestLedger.key(KeyRole.LOG).key();
            assertThat(note.verify(
                            List.of(new NoteKey(members.origin(), key.point())),
                            (_, message, signature) -> key.verify(message, signature)))
                    .as("a verifier of the log's key alone takes it as before")
                    .isInstanceOf(SignedNote.Outcome.Verified.class);
            for (int i = 2; i <= 3; i++)
                assertThat(Cosignature.time(
                                note,
                                TestLedger.member(i) + ".example/5a5a5a5a",
                                TestLedger.key(i, KeyRole.NODE).key()))
                        .hasValue(TestLedger.START / 1000);
        }
        log.send(log.device("other"), 1);
        while (log.reader().checkpoint().orElseThrow().size() < 6) Thread.onSpinWait();
        assertThat(acme.holdings().newest(log.reader())).isEqualTo(log.reader().note());
        assertThat(acme.holdings().cosigned(log.reader()).orElseThrow()).contains("\n5\n");
    }

    @Test
    void cosignatures_of_a_log_that_grows_all_the_time_meet_at_an_anchor_that_all_cosigned() {
        var box = log.device("box");
        for (int i = 0; i < 5; i++) {
            log.send(box, 3);
            log.anchor();
            if (i % 2 == 0) follow(second, 2, ACME);
            if (i == 3) follow(third, 3, ACME);
        }
        follow(acme, 1, M2);
        follow(acme, 1, M3);
        String note = acme.holdings().cosigned(log.reader()).orElseThrow();
        assertThat(note).contains("\n12\n").contains("m2.example").contains("m3.example");
    }

    @Test
    void a_statement_that_is_forged_another_members_or_of_another_tree_counts_for_nothing() {
        log.send(log.device("box"), 5);
        log.anchor();
        byte[] root = log.reader().rootAt(5);
        SigningKey node = TestLedger.key(2, KeyRole.NODE);
        for (byte[] statement : List.of(
                new Held(TestLedger.ID, M2, LOG, 5, root, 1).sign(TestLedger.key(3, KeyRole.NODE)),
                new Held(TestLedger.ID, M3, LOG, 5, root, 1).sign(node),
                new Held(TestLedger.ID, M2, new LogId(M3, 1), 5, root, 1).sign(node),
                new Held(TestLedger.ID, M2, LOG, 5, new byte[32], 1).sign(node),
                new Held(TestLedger.ID, M2, LOG, 4, root, 1).sign(node),
                new Held(TestLedger.ID, M2, LOG, 9, root, 1).sign(node),
                new byte[10])) {
            acme.holdings().heard(M2, List.of(new HeldEntry(LOG, statement, List.of(), List.of())));
            assertThat(acme.holdings().holders(LOG, 0)).containsExactly(ACME);
        }
        byte[] right = new Held(TestLedger.ID, M2, LOG, 5, root, 1).sign(node);
        acme.holdings().heard(M2, List.of(new HeldEntry(LOG, right, List.of(), List.of())));
        assertThat(acme.holdings().holders(LOG, 0)).containsExactly(ACME, M2);
    }

    @Test
    void two_faces_shown_to_two_members_are_found_when_these_talk() {
        Face one = members.face().grow("leaf", 20);
        Face other = members.face().grow("leaf", 19).grow("hidden", 1);
        members.show(one, asking -> asking.equals(M2) ? one : other);
        follow(second, 2, ACME);
        follow(third, 3, ACME);
        assertThat(members.chain.reader().forks()).isEmpty();
        follow(second, 2, M3);
        follow(second, 2, ACME);
        assertThat(members.chain.reader().forks()).hasSize(1);
        assertThat(Consortium.state(third).condition()).isEqualTo(Condition.FORKED);
    }

    @Test
    void two_faces_of_different_sizes_are_found_when_one_becomes_final() {
        Face one = members.face().grow("leaf", 20);
        Face other = members.face().grow("leaf", 19).grow("hidden", 5);
        members.show(one, asking -> asking.equals(M2) ? one : other);
        follow(second, 2, ACME);
        follow(third, 3, ACME);
        follow(second, 2, M3);
        members.anchor(one.grow("leaf", 10));
        follow(second, 2, ACME);
        assertThat(members.chain.reader().forks()).hasSize(1);
        assertThat(members.chain.reader().forks().getFirst().size()).isEqualTo(24);
    }

    @Test
    void the_one_who_was_shown_the_other_face_gets_the_leaves_from_who_holds_them() {
        Face one = members.face().grow("leaf", 600);
        Face other = members.face().grow("leaf", 500).grow("hidden", 50);
        members.show(one, asking -> asking.equals(M2) ? one : other);
        follow(third, 3, ACME);
        members.anchor(one);
        follow(second, 2, ACME);
        follow(third, 3, M2);
        assertThat(follow(third, 3, ACME)).isEqualTo(Round.MORE);
        assertThat(third.log(LOG).orElseThrow().tree().size()).isEqualTo(600);
        assertThat(members.chain.reader().forks()).hasSize(1);
        assertThat(members.chain.reader().forks().getFirst().size()).isEqualTo(550);
    }

    @Test
    void a_mirror_gives_out_what_it_holds_of_an_owner_that_is_gone() {
        var box = log.device("box");
        log.send(box, 300);
        log.anchor();
        follow(second, 2, ACME);
        members.silence(ACME);
        follow(third, 3, M2);
        assertThat(follow(third, 3, ACME)).isEqualTo(Round.MORE);
        assertThat(third.log(LOG).orElseThrow().tree().root())
                .isEqualTo(log.reader().rootAt(300));
        assertThat(Consortium.state(third).condition()).isEqualTo(Condition.UNREACHABLE);
        assertThat(Consortium.state(third).cosigned()).isEqualTo(300);
    }

    @Test
    void what_is_left_of_a_log_that_its_owner_lost_is_told_apart_from_fraud_and_kept_by_all() {
        var box = log.device("box");
        log.send(box, 300);
        log.anchor();
        follow(second, 2, ACME);
        log.send(box, 40);
        log.anchor();
        members.silence(ACME);
        members.ask(KeyRole.NODE, 1, List.of(new CloseLog(LOG, LogRecord.LOST_DATA)));
        Mirrors back =
                members.mirrors(1, new MemoryStore(), List.of(Log.read(LOG, members.origin(), new MemoryStore())));
        members.open(1, back);
        assertThat(follow(third, 3, ACME))
                .as("nobody has it all, and that is no trouble")
                .isEqualTo(Round.DONE);
        assertThat(Consortium.state(third).text())
                .isEqualTo("closed by acme, which lost its data; 0 of the 340 leaves that were final are kept here");
        follow(third, 3, M2);
        assertThat(follow(third, 3, ACME)).isEqualTo(Round.MORE);
        assertThat(follow(third, 3, ACME)).isEqualTo(Round.DONE);
        assertThat(third.log(LOG).orElseThrow().tree().root())
                .isEqualTo(log.reader().rootAt(300));
        assertThat(Consortium.state(third).condition()).isEqualTo(Condition.CLOSED);
        assertThat(Consortium.state(third).text()).contains("300 of the 340 leaves");

        assertThat(Consortium.state(back).text()).contains("no other member has stated yet that it holds leaves of it");
        follow(back, 1, M2);
        follow(back, 1, M3);
        assertThat(Consortium.state(back).text())
                .startsWith("this member lost the data of this log and closed it. 0 of 340 leaves are here; "
                        + "300 of them are held by m2, m3.");
        assertThat(members.chain.reader().forks()).isEmpty();
    }

    @Test
    void an_answer_of_what_is_held_is_bounded_and_read_strictly() {
        byte[] note = new byte[LogNotes.MAX_BYTES];
        List<byte[]> notes = List.of(note, note, note, note);
        HeldEntry big = new HeldEntry(LOG, new byte[Held.MAX_BYTES], java.util.Collections.nCopies(16, note), notes);
        byte[] answer = HeldEntry.encode(java.util.Collections.nCopies(500, big));
        assertThat(answer.length).isLessThanOrEqualTo(HeldEntry.MAX_BYTES);
        assertThat(HeldEntry.decode(answer)).hasSizeBetween(5, HeldEntry.MAX_ENTRIES);

        long seed = new Random().nextLong();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        log.send(log.device("box"), 5);
        log.anchor();
        everybodyFollowsAcme();
        byte[] good = HeldEntry.encode(second.holdings().own(ACME, 0, 100));
        for (int i = 0; i < 3_000; i++) {
            byte[] bad = random.nextBoolean() ? good.clone() : Arrays.copyOf(good, random.nextInt(good.length + 20));
            for (int flips = random.nextInt(3); flips >= 0; flips--)
                if (bad.length > 0) bad[random.nextInt(bad.length)] ^= (byte) (1 << random.nextInt(8));
            try {
                acme.holdings().heard(M2, HeldEntry.decode(bad));
            } catch (Misanswer e) {
                assertThat(e).hasMessageContaining("has not the form");
            }
        }
        assertThat(members.chain.reader().forks()).isEmpty();
        assertThatThrownBy(() -> HeldEntry.decode(new byte[] {(byte) 0x9a, (byte) 0xff, 0, 0, 0}))
                .isInstanceOf(Misanswer.class);
    }

    @Test
    void paths_that_are_none_are_not_there() {
        for (MemberRoute route : acme.routes())
            for (String path : List.of("", "x", "-1", "0/", "99999999999", "a/b", "a/b/c", "a/b/c/", "/////", "../x")) {
                MemberAnswer answer = route.answer(M2, path);
                assertThat(answer.status()).as(route.prefix() + path).isEqualTo(404);
            }
        String origin = members.origin();
        for (String path : List.of("/", "/tile/0/000", "/tile/9/000.p/1", "/tile/entries/999", "/tile/64/000"))
            assertThat(acme.routes().getFirst().answer(M2, origin + path).isOk())
                    .isFalse();
        assertThat(acme.routes().getFirst().answer(M2, origin + "/checkpoint").isOk())
                .isTrue();
    }
}
