package io.thingstead.node.ledger.action;

import static io.thingstead.node.ledger.TestLedger.ACME;
import static io.thingstead.node.ledger.TestLedger.fullRegistration;
import static io.thingstead.node.ledger.TestLedger.key;
import static io.thingstead.node.ledger.TestLedger.member;
import static io.thingstead.node.ledger.TestLedger.memberKey;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.thingstead.kit.crypto.SigningKey;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.KeyRole;
import io.thingstead.kit.model.LogId;
import io.thingstead.kit.model.MemberId;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Refused;
import io.thingstead.node.ledger.BlockOutcome;
import io.thingstead.node.ledger.DecisionRecord;
import io.thingstead.node.ledger.Endpoint;
import io.thingstead.node.ledger.EraRecord.EraMember;
import io.thingstead.node.ledger.Event;
import io.thingstead.node.ledger.EventType;
import io.thingstead.node.ledger.MemberBatch;
import io.thingstead.node.ledger.MemberRecord;
import io.thingstead.node.ledger.OpenDecisions;
import io.thingstead.node.ledger.Rules;
import io.thingstead.node.ledger.StateKeys;
import io.thingstead.node.ledger.TestLedger;
import io.thingstead.node.ledger.TransactionResult;
import io.thingstead.node.ledger.ValidatorSet;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What members decide together: who may, how many it takes, what it changes, when it is over.
class DecisionsTest {
    private static final MemberId NEW = new MemberId("newcomer");
    private static final Endpoint ENDPOINT = new Endpoint("10.0.0.9:26656", "[2001:db8::9]:7443");
    private static final AddMember ADD = new AddMember(fullRegistration(NEW), ENDPOINT);

    private final TestLedger ledger = TestLedger.shared(4);

    private static SigningKey identity(int member) {
        return key(member, KeyRole.IDENTITY);
    }

    private Refusal propose(int member, Proposal proposal) {
        return ledger.refusal(identity(member), new Propose(member(member), proposal));
    }

    private Refusal approve(int member, long number) {
        return ledger.refusal(identity(member), new Approve(member(member), number));
    }

    /// Three empty blocks, after which the set may change again.
    private void quiet() {
        for (int i = 0; i < 3; i++) {
            ledger.block();
        }
    }

    private void decide(TestLedger on, Proposal proposal) {
        quiet();
        assertThat(propose(1, proposal)).isNull();
        long number = OpenDecisions.decode(on.values().get(StateKeys.DECISIONS)).last();
        for (EraMember voter : voters().members()) {
            if (!voter.member().equals(ACME) && decision(number).isOpen()) {
                assertThat(on.refusal(key(voter.member(), KeyRole.IDENTITY), new Approve(voter.member(), number)))
                        .isNull();
            }
        }
        assertThat(decision(number).end().outcome()).isEqualTo(DecisionRecord.Outcome.PASSED);
    }

    private DecisionRecord decision(long number) {
        return DecisionRecord.decode(number, ledger.values().get(StateKeys.decision(number)));
    }

    private ValidatorSet voters() {
        return ValidatorSet.decode(ledger.values().get(StateKeys.VALIDATORS));
    }

    private MemberRecord record(MemberId member) {
        return MemberRecord.decode(member, ledger.values().get(StateKeys.member(member)));
    }

    private Refusal takeSeat(MemberId member) {
        return ledger.refusal(List.of(key(member, KeyRole.NODE), key(member, KeyRole.ENGINE)), new TakeSeat(member));
    }

    @Test
    void a_proposal_passes_with_more_than_two_thirds_and_takes_effect_in_that_block() {
        assertThat(propose(1, ADD)).isNull();
        assertThat(approve(2, 1)).isNull();
        assertThat(ledger.values().get(StateKeys.member(NEW)))
                .as("two of four are not enough")
                .isNull();
        TransactionResult last = ledger.submit(identity(3), new Approve(member(3), 1));
        assertThat(last.happened()).isTrue();
        assertThat(last.events())
                .extracting(Event::type)
                .containsExactly(EventType.DECISION_APPROVED, EventType.DECISION_PASSED, EventType.MEMBER_REGISTERED);
        assertThat(record(NEW).keys()).hasSize(7);
        assertThat(Endpoint.decode(ledger.values().get(StateKeys.endpoint(NEW))))
                .isEqualTo(ENDPOINT);
        assertThat(decision(1).isOpen()).isFalse();
        assertThat(decision(1).approvals()).containsExactly(member(1), member(2), member(3));
        assertThat(voters().has(NEW)).as("it has no seat yet").isFalse();
        assertThat(approve(4, 1)).isEqualTo(Refusal.DECISION_CLOSED);
    }

    @Test
    void who_does_not_vote_has_no_voice() {
        ledger.block();
        decide(ledger, ADD);
        long after = ledger.events().size();
        SigningKey identity = key(NEW, KeyRole.IDENTITY);
        assertThat(ledger.refusal(identity, new Propose(NEW, new RemoveMember(member(2)))))
                .isEqualTo(Refusal.ACTION_NOT_ALLOWED);
        assertThat(propose(1, new RemoveMember(member(2)))).isNull();
        assertThat(ledger.refusal(identity, new Approve(NEW, 2))).isEqualTo(Refusal.ACTION_NOT_ALLOWED);
        assertThat(ledger.refusal(identity(3), new Approve(member(2), 2)))
                .as("another member's key")
                .isEqualTo(Refusal.ACTION_NOT_ALLOWED);
        assertThat(ledger.refusal(key(2, KeyRole.NODE), new Approve(member(2), 2)))
                .as("another key of the member")
                .isEqualTo(Refusal.ACTION_NOT_ALLOWED);
        assertThat(decision(2).approvals()).containsExactly(ACME);
        assertThat(ledger.events().size()).isGreaterThan((int) after);
    }

    @Test
    void a_member_approves_once() {
        propose(1, ADD);
        assertThat(approve(1, 1)).isEqualTo(Refusal.DECISION_APPROVED);
        assertThat(approve(2, 1)).isNull();
        assertThat(approve(2, 1)).isEqualTo(Refusal.DECISION_APPROVED);
        assertThat(decision(1).approvals()).hasSize(2);
        assertThat(approve(2, 9)).isEqualTo(Refusal.DECISION_UNKNOWN);
    }

    @Test
    void only_who_proposed_withdraws_and_only_what_is_open() {
        propose(2, ADD);
        assertThat(ledger.refusal(identity(1), new Withdraw(ACME, 1))).isEqualTo(Refusal.ACTION_NOT_ALLOWED);
        assertThat(ledger.refusal(identity(1), new Withdraw(member(2), 1))).isEqualTo(Refusal.ACTION_NOT_ALLOWED);
        assertThat(ledger.refusal(identity(2), new Withdraw(member(2), 1))).isNull();
        assertThat(ledger.refusal(identity(2), new Withdraw(member(2), 1))).isEqualTo(Refusal.DECISION_CLOSED);
        assertThat(ledger.refusal(identity(2), new Withdraw(member(2), 7))).isEqualTo(Refusal.DECISION_UNKNOWN);
        assertThat(approve(1, 1)).isEqualTo(Refusal.DECISION_CLOSED);
        assertThat(decision(1).end().outcome()).isEqualTo(DecisionRecord.Outcome.WITHDRAWN);
    }

    @Test
    void after_seven_days_it_is_over() {
        propose(1, ADD);
        long opened = ledger.ledger().position().blockTime();
        long due = opened + OpenDecisions.OPEN_MS;
        ledger.engineBlockAt(due - 60_000);
        ledger.engineBlockAt(due);
        assertThat(decision(1).isOpen()).as("an empty block changes nothing").isTrue();
        byte[] late = ledger.transaction(List.of(identity(2)), false, List.of(new Approve(member(2), 1)));
        BlockOutcome block = ledger.block(late);
        assertThat(block.events())
                .extracting(Event::type)
                .containsExactly(EventType.CLOCK_SUSPENDED, EventType.DECISION_EXPIRED, EventType.REFUSED);
        assertThat(block.events()).extracting(Event::isOfBlock).containsExactly(true, true, false);
        assertThat(block.results().getFirst().firstRefusal().orElseThrow().code())
                .isEqualTo(Refusal.DECISION_CLOSED);
        assertThat(decision(1).end().outcome()).isEqualTo(DecisionRecord.Outcome.EXPIRED);
    }

    @Test
    void a_member_has_at_most_eight_open_proposals() {
        for (int i = 0; i < 8; i++) {
            assertThat(propose(2, new RemoveMember(member(3)))).isNull();
        }
        assertThat(propose(2, new RemoveMember(member(3)))).isEqualTo(Refusal.DECISION_FULL);
        assertThat(propose(3, new RemoveMember(member(2)))).isNull();
        ledger.refusal(identity(2), new Withdraw(member(2), 4));
        assertThat(propose(2, new RemoveMember(member(3)))).isNull();
        assertThat(decision(10).proposer()).isEqualTo(member(2));
    }

    @Test
    void a_member_that_was_let_in_takes_its_seat_with_both_its_keys() {
        decide(ledger, ADD);
        quiet();
        assertThat(ledger.refusal(key(NEW, KeyRole.NODE), new TakeSeat(NEW))).isEqualTo(Refusal.ACTION_NOT_ALLOWED);
        assertThat(ledger.refusal(key(NEW, KeyRole.ENGINE), new TakeSeat(NEW))).isEqualTo(Refusal.ACTION_NOT_ALLOWED);
        byte[] seat = ledger.transaction(
                List.of(key(NEW, KeyRole.NODE), key(NEW, KeyRole.ENGINE)), false, List.of(new TakeSeat(NEW)));
        byte[] batch = MemberBatch.sign(TestLedger.ID, NEW, 1, List.of(seat), key(NEW, KeyRole.NODE));
        BlockOutcome block = ledger.engineBlock(batch);
        assertThat(block.results().getFirst().happened()).isTrue();
        assertThat(block.validators().orElseThrow())
                .extracting(EraMember::member)
                .containsExactly(ACME, member(2), member(3), member(4), NEW);
        assertThat(block.validators().orElseThrow().getLast().engineKey())
                .isEqualTo(key(NEW, KeyRole.ENGINE).key());
        assertThat(ledger.lastEvent().inWords()).isEqualTo("newcomer votes from now on. 5 members: 1 may fail or lie");
        quiet();
        assertThat(takeSeat(NEW)).isEqualTo(Refusal.SEAT_TAKEN);
        assertThat(takeSeat(new MemberId("nobody"))).isEqualTo(Refusal.TX_SIGNER);
    }

    @Test
    void the_set_changes_at_most_once_in_three_blocks() {
        for (int round = 0; round < 2; round++) {
            propose(1, new RemoveMember(member(4 - round)));
        }
        approve(2, 1);
        approve(2, 2);
        approve(3, 2);
        assertThat(decision(2).end()).as("removing m3 with its own voice").isNotNull();
        long changed = ledger.height();
        assertThat(voters().has(member(3))).isFalse();
        // Three vote now: all three are more than two thirds.
        assertThat(approve(4, 1)).isEqualTo(Refusal.DECISION_WAIT);
        assertThat(decision(1).approvals()).as("the approval is not kept").containsExactly(ACME, member(2));
        assertThat(propose(2, new RemoveMember(ACME)))
                .as("only the last approval waits")
                .isNull();
        assertThat(ledger.height()).isEqualTo(changed + 2);
        assertThat(approve(4, 1)).isNull();
        assertThat(voters().members()).extracting(EraMember::member).containsExactly(ACME, member(2));
    }

    @Test
    void an_approval_that_suffices_only_since_a_member_left_may_be_given_again() {
        propose(1, new ChangeRules(2, 900));
        approve(2, 1);
        approve(1, 1);
        propose(2, new RemoveMember(member(4)));
        approve(1, 2);
        assertThat(approve(3, 2)).isNull();
        quiet();
        propose(2, new RemoveMember(member(3)));
        approve(1, 3);
        assertThat(approve(3, 3)).isNull();
        assertThat(voters().size()).isEqualTo(2);
        assertThat(decision(1).isOpen()).isTrue();
        assertThat(approve(2, 1)).isNull();
        assertThat(decision(1).end().outcome()).isEqualTo(DecisionRecord.Outcome.PASSED);
        assertThat(decision(1).approvals()).containsExactly(ACME, member(2));
    }

    @Test
    void a_removed_member_acts_no_more_and_what_it_did_stays() {
        LogId log = new LogId(member(4), 1);
        ledger.submit(key(4, KeyRole.NODE), new OpenLog(log));
        ledger.submit(key(4, KeyRole.NODE), TestLedger.device("m4:box", key("box")));
        decide(ledger, new RemoveMember(member(4)));
        byte[] batch = TestLedger.batch(4, 1, new byte[] {1});
        assertThat(ledger.ledger().check(batch, ledger.time()).map(Refused::code))
                .contains(Refusal.MEMBER_REMOVED);
        assertThat(ledger.ledger().acceptable(ledger.height() + 1, ledger.time(), List.of(batch)))
                .isFalse();
        for (KeyRole role : List.of(KeyRole.NODE, KeyRole.ENGINE, KeyRole.TLS, KeyRole.PEER)) {
            assertThat(ledger.keyRecord(key(4, role)).inForce())
                    .as(role.label())
                    .isFalse();
            assertThat(ledger.keyRecord(key(4, role)).validTo())
                    .isEqualTo(ledger.lastEvent().number());
        }
        SigningKey identity = identity(4);
        assertThat(ledger.refusal(identity, TestLedger.device("m4:bay", key("bay"))))
                .isEqualTo(Refusal.MEMBER_REMOVED);
        assertThat(ledger.refusal(
                        identity, new RegisterDevices(List.of(RegisterDevice.withToken(DeviceId.of("m4:bay"))))))
                .isEqualTo(Refusal.MEMBER_REMOVED);
        assertThat(ledger.refusal(identity, TestLedger.furtherKey("m4:box", key("box 2"))))
                .isEqualTo(Refusal.MEMBER_REMOVED);
        assertThat(ledger.refusal(identity, new OpenLog(new LogId(member(4), 2))))
                .isEqualTo(Refusal.MEMBER_REMOVED);
        assertThat(ledger.refusal(identity, new SetMemberKey(member(4), memberKey(member(4), KeyRole.NODE, key("n")))))
                .isEqualTo(Refusal.MEMBER_REMOVED);
        assertThat(propose(1, new RemoveMember(member(4)))).isEqualTo(Refusal.MEMBER_REMOVED);
        assertThat(propose(1, new AddMember(fullRegistration(member(4)), ENDPOINT)))
                .isEqualTo(Refusal.MEMBER_EXISTS);
        assertThat(ledger.keyRecord(key("box")).inForce()).isTrue();
        assertThat(ledger.refusal(key(4, KeyRole.LOG), new AnchorCheckpoint(log, 0, 1, new byte[32], List.of())))
                .as("what its log holds can still be made final")
                .isNull();
    }

    @Test
    void the_last_member_that_votes_stays() {
        decide(ledger, new RemoveMember(member(4)));
        decide(ledger, new RemoveMember(member(3)));
        decide(ledger, new RemoveMember(member(2)));
        quiet();
        assertThat(voters().members()).hasSize(1);
        assertThat(propose(1, new RemoveMember(ACME))).isEqualTo(Refusal.MEMBER_LAST);
        assertThat(propose(1, ADD)).as("alone, its word is the decision").isNull();
        assertThat(takeSeat(NEW)).isNull();
        assertThat(voters().members()).hasSize(2);
    }

    @Test
    void an_engine_key_is_changed_by_decision_and_votes_from_then_on() {
        SigningKey fresh = key("fresh engine");
        byte[] possession = memberKey(member(2), KeyRole.ENGINE, fresh).possession();
        decide(ledger, new ChangeEngineKey(member(2), fresh.key(), possession));
        assertThat(voters().find(member(2)).orElseThrow().engineKey()).isEqualTo(fresh.key());
        assertThat(voters().members()).hasSize(4);
        assertThat(record(member(2)).key(KeyRole.ENGINE)).contains(fresh.key().thumbprint());
        assertThat(ledger.keyRecord(key(2, KeyRole.ENGINE)).inForce()).isFalse();
        assertThat(ledger.keyRecord(fresh).inForce()).isTrue();
        assertThat(propose(1, new ChangeEngineKey(member(2), fresh.key(), possession)))
                .isEqualTo(Refusal.KEY_EXISTS);
        SigningKey third = key("third engine");
        assertThat(propose(
                        1,
                        new ChangeEngineKey(
                                member(2),
                                third.key(),
                                memberKey(member(2), KeyRole.NODE, third).possession())))
                .isEqualTo(Refusal.KEY_POSSESSION);
    }

    @Test
    void two_decisions_on_the_same_name_end_with_one_member() {
        propose(1, ADD);
        propose(2, ADD);
        approve(2, 1);
        approve(1, 2);
        approve(3, 1);
        assertThat(approve(3, 2)).isEqualTo(Refusal.MEMBER_EXISTS);
        assertThat(decision(2).isOpen()).isTrue();
    }

    @Test
    void who_is_let_in_brings_all_its_keys_and_says_where_it_is_reached() {
        assertThat(propose(1, new AddMember(TestLedger.registration(NEW), ENDPOINT)))
                .isEqualTo(Refusal.KEY_NONE);
        for (Endpoint wrong : List.of(
                new Endpoint("10.0.0.9", "10.0.0.9:1"),
                new Endpoint("10.0.0.9:0", "10.0.0.9:1"),
                new Endpoint("10.0.0.9:65536", "10.0.0.9:1"),
                new Endpoint("h:1", "http://h:1"),
                new Endpoint("h:1", "-h:1"))) {
            assertThat(propose(1, new AddMember(fullRegistration(NEW), wrong)))
                    .as(wrong.toString())
                    .isEqualTo(Refusal.ACTION_MALFORMED);
            assertThat(ledger.refusal(key(2, KeyRole.NODE), new SetEndpoint(member(2), wrong)))
                    .isEqualTo(Refusal.ACTION_MALFORMED);
        }
    }

    @Test
    void a_program_without_the_decided_rules_stops_before_their_block() {
        assertThat(propose(1, new ChangeRules(3, 900))).isEqualTo(Refusal.RULES_VERSION);
        assertThat(propose(1, new ChangeRules(2, ledger.height() + 5))).isEqualTo(Refusal.RULES_VERSION);
        long height = ledger.height() + 20;
        decide(ledger, new ChangeRules(2, height));
        while (ledger.height() < height - 1) {
            ledger.block();
        }
        byte[] before = ledger.ledger().appHash();
        assertThatThrownBy(ledger::block)
                .isInstanceOf(Rules.Unknown.class)
                .hasMessageContaining("block " + height)
                .hasMessageContaining("version 2");
        assertThat(ledger.ledger().appHash()).isEqualTo(before);
    }

    @Test
    void a_change_of_rules_can_be_taken_back_before_it_holds() {
        long height = ledger.height() + 40;
        decide(ledger, new ChangeRules(2, height));
        decide(ledger, new ChangeRules(1, height));
        while (ledger.height() < height + 2) {
            ledger.block();
        }
        assertThat(ledger.refusal(key(KeyRole.NODE), new OpenLog(new LogId(ACME, 2))))
                .isNull();
    }

    @Test
    void a_member_alone_lets_others_in_but_seats_nobody_before_the_next_era() {
        TestLedger solo = TestLedger.founded();
        SigningKey identity = key(KeyRole.IDENTITY);
        assertThat(solo.refusal(identity, new Propose(ACME, ADD))).isNull();
        assertThat(solo.lastEvent().type()).isEqualTo(EventType.MEMBER_REGISTERED);
        assertThat(solo.refusal(List.of(key(NEW, KeyRole.NODE), key(NEW, KeyRole.ENGINE)), new TakeSeat(NEW)))
                .isEqualTo(Refusal.ERA_SOLO);
        assertThat(solo.refusal(
                        identity,
                        new Propose(
                                ACME,
                                new ChangeEngineKey(
                                        ACME,
                                        key("e").key(),
                                        memberKey(ACME, KeyRole.ENGINE, key("e"))
                                                .possession()))))
                .isEqualTo(Refusal.ERA_SOLO);
        assertThat(solo.refusal(identity, new Propose(ACME, new RemoveMember(NEW))))
                .isNull();
        assertThat(solo.values().get(StateKeys.VALIDATORS)).isNull();
    }

    @Test
    void up_to_a_hundred_members_vote() {
        TestLedger large = TestLedger.shared(99);
        for (int i = 100; i <= 101; i++) {
            large.submit(identity(1), new Propose(ACME, new AddMember(fullRegistration(member(i)), ENDPOINT)));
            long number = i - 99;
            for (int voter = 2; voter <= 67; voter++) {
                assertThat(large.refusal(identity(voter), new Approve(member(voter), number)))
                        .isNull();
            }
            DecisionRecord record = DecisionRecord.decode(number, large.values().get(StateKeys.decision(number)));
            assertThat(record.isOpen()).isFalse();
            assertThat(record.approvals()).as("just over two thirds").hasSize(67);
            Refusal seated =
                    large.refusal(List.of(key(i, KeyRole.NODE), key(i, KeyRole.ENGINE)), new TakeSeat(member(i)));
            assertThat(seated).isEqualTo(i == 100 ? null : Refusal.SEAT_FULL);
        }
        assertThat(ValidatorSet.decode(large.values().get(StateKeys.VALIDATORS)).size())
                .isEqualTo(100);
    }

    @Test
    void a_member_sets_its_own_keys_anew_but_not_its_engine_key() {
        SigningKey identity = identity(2);
        SigningKey node = key("node of two");
        assertThat(ledger.refusal(identity, new SetMemberKey(member(2), memberKey(member(2), KeyRole.NODE, node))))
                .isNull();
        assertThat(ledger.keyRecord(key(2, KeyRole.NODE)).inForce()).isFalse();
        byte[] old = TestLedger.batch(2, 1, new byte[] {1});
        assertThat(ledger.ledger().check(old, ledger.time()).map(Refused::code)).contains(Refusal.TX_SIGNATURE);
        byte[] now = MemberBatch.sign(TestLedger.ID, member(2), 1, List.of(new byte[] {1}), node);
        assertThat(ledger.ledger().check(now, ledger.time())).isEmpty();
        assertThat(ledger.refusal(
                        identity(1), new SetMemberKey(member(2), memberKey(member(2), KeyRole.TLS, key("t")))))
                .isEqualTo(Refusal.ACTION_NOT_ALLOWED);
        assertThat(ledger.refusal(
                        identity, new SetMemberKey(member(2), memberKey(member(2), KeyRole.ENGINE, key("e")))))
                .isEqualTo(Refusal.ACTION_MALFORMED);
        SigningKey other = key("identity of two");
        assertThat(ledger.refusal(identity, new SetMemberKey(member(2), memberKey(member(2), KeyRole.IDENTITY, other))))
                .isNull();
        assertThat(ledger.refusal(identity, new Propose(member(2), new RemoveMember(ACME))))
                .isEqualTo(Refusal.TX_SIGNER);
        assertThat(ledger.refusal(other, new Propose(member(2), new RemoveMember(ACME))))
                .isNull();
    }

    @Test
    void a_new_log_key_is_for_new_logs_and_the_old_one_still_anchors_its_own() {
        SigningKey second = key("second log key");
        ledger.submit(identity(1), new SetMemberKey(ACME, memberKey(ACME, KeyRole.LOG, second)));
        LogId log = new LogId(ACME, 2);
        ledger.submit(key(KeyRole.NODE), new OpenLog(log));
        assertThat(ledger.logRecord(log).key()).isEqualTo(second.key().thumbprint());
        assertThat(ledger.refusal(
                        key(KeyRole.LOG), new AnchorCheckpoint(TestLedger.LOG, 0, 1, new byte[32], List.of())))
                .isNull();
        assertThat(ledger.refusal(key(KeyRole.LOG), new AnchorCheckpoint(log, 0, 1, new byte[32], List.of())))
                .isEqualTo(Refusal.ACTION_NOT_ALLOWED);
    }
}
