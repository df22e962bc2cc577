package io.thingstead.node.ledger.action;

import static io.thingstead.node.ledger.TestLedger.ACME;
import static io.thingstead.node.ledger.TestLedger.ID;
import static io.thingstead.node.ledger.TestLedger.LOG;
import static io.thingstead.node.ledger.TestLedger.key;
import static io.thingstead.node.ledger.TestLedger.memberKey;
import static io.thingstead.node.ledger.TestLedger.registration;
import static org.assertj.core.api.Assertions.assertThat;

import io.thingstead.kit.crypto.Algorithm;
import io.thingstead.kit.crypto.Possession;
import io.thingstead.kit.crypto.SigningKey;
import io.thingstead.kit.model.KeyRole;
import io.thingstead.kit.model.LogId;
import io.thingstead.kit.model.MemberId;
import io.thingstead.kit.model.Refusal;
import io.thingstead.node.ledger.MemberRecord;
import io.thingstead.node.ledger.StateKeys;
import io.thingstead.node.ledger.TestLedger;
import io.thingstead.node.ledger.action.RegisterMember.MemberKey;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Registering members, and opening and closing their logs.
class MemberActionsTest {
    private static final SigningKey IDENTITY = key(KeyRole.IDENTITY);

    private static Refusal founding(RegisterMember registration) {
        return TestLedger.empty().refusal(IDENTITY, registration);
    }

    private static RegisterMember with(List<MemberKey> keys) {
        return new RegisterMember(ACME, "acme.example", keys);
    }

    private static List<MemberKey> keysWithout(KeyRole role) {
        return registration(ACME).keys().stream().filter(k -> k.role() != role).toList();
    }

    private static RegisterMember replacing(KeyRole role, MemberKey by) {
        List<MemberKey> keys = new ArrayList<>(keysWithout(role));
        keys.add(by);
        return with(keys);
    }

    @Test
    void the_first_member_registers_itself_with_its_identity_key() {
        TestLedger ledger = TestLedger.empty();
        assertThat(ledger.refusal(IDENTITY, registration(ACME))).isNull();
        MemberRecord record = MemberRecord.decode(ACME, ledger.values().get(StateKeys.member(ACME)));
        assertThat(record.domain()).isEqualTo("acme.example");
        assertThat(record.key(KeyRole.LOG)).contains(key(KeyRole.LOG).key().thumbprint());
        assertThat(record.keys()).hasSize(5);
        assertThat(ledger.keyRecord(key(KeyRole.ATTEST)).role()).isEqualTo(KeyRole.ATTEST);
        assertThat(ledger.keyRecord(key(KeyRole.ATTEST)).owner()).isEqualTo("acme");
        assertThat(ledger.lastEvent().inWords()).isEqualTo("acme joined the ledger (acme.example)");
    }

    @Test
    void only_the_identity_key_signs_the_first_transaction() {
        TestLedger ledger = TestLedger.empty();
        assertThat(ledger.refusal(key(KeyRole.NODE), registration(ACME))).isEqualTo(Refusal.TX_SIGNER);
        assertThat(ledger.events()).isEmpty();
    }

    @Test
    void a_founded_ledger_takes_no_second_member_by_its_own_word_and_not_even_its_signature() {
        TestLedger ledger = TestLedger.founded();
        MemberId rival = new MemberId("rival");
        byte[] before = ledger.ledger().appHash();
        assertThat(ledger.refusal(key("rival identity"), registration(rival))).isEqualTo(Refusal.TX_SIGNER);
        assertThat(ledger.ledger().appHash()).isEqualTo(before);
        assertThat(ledger.refusal(key(KeyRole.NODE), registration(rival))).isEqualTo(Refusal.ACTION_NOT_ALLOWED);
        assertThat(ledger.refusal(IDENTITY, registration(ACME))).isEqualTo(Refusal.MEMBER_EXISTS);
    }

    @Test
    void a_member_alone_lets_others_in_and_several_members_decide() {
        TestLedger ledger = TestLedger.founded();
        MemberId rival = new MemberId("rival");
        assertThat(ledger.refusal(IDENTITY, registration(rival))).isNull();
        TestLedger shared = TestLedger.shared(4);
        assertThat(shared.refusal(IDENTITY, registration(rival))).isEqualTo(Refusal.ACTION_NOT_ALLOWED);
        assertThat(shared.refusal(IDENTITY, registration(TestLedger.member(2)))).isEqualTo(Refusal.MEMBER_EXISTS);
    }

    @Test
    void a_member_needs_each_of_its_keys_once() {
        for (KeyRole role : List.of(KeyRole.LOG, KeyRole.NODE, KeyRole.ENGINE, KeyRole.ATTEST)) {
            assertThat(founding(with(keysWithout(role)))).as(role.label()).isEqualTo(Refusal.KEY_NONE);
        }
        List<MemberKey> twice = new ArrayList<>(registration(ACME).keys());
        twice.add(memberKey(ACME, KeyRole.LOG));
        assertThat(founding(with(twice))).isEqualTo(Refusal.ACTION_MALFORMED);
        List<MemberKey> foreign = new ArrayList<>(registration(ACME).keys());
        foreign.add(memberKey(ACME, KeyRole.DEVICE));
        assertThat(founding(with(foreign))).isEqualTo(Refusal.ACTION_MALFORMED);
        List<MemberKey> withTls = new ArrayList<>(registration(ACME).keys());
        withTls.add(memberKey(ACME, KeyRole.TLS));
        assertThat(founding(with(withTls))).isNull();
    }

    @Test
    void one_key_does_not_serve_two_roles() {
        SigningKey log = key(KeyRole.LOG);
        MemberKey same = new MemberKey(
                KeyRole.NODE, log.key(), Possession.sign(RegisterMember.subject(ACME, KeyRole.NODE), ID, log));
        assertThat(founding(replacing(KeyRole.NODE, same))).isEqualTo(Refusal.KEY_EXISTS);
    }

    @Test
    void a_members_keys_are_ed25519_and_proven_to_be_held_in_their_role() {
        SigningKey p256 = key("p256", Algorithm.ES256);
        MemberKey wrongKind = new MemberKey(
                KeyRole.NODE, p256.key(), Possession.sign(RegisterMember.subject(ACME, KeyRole.NODE), ID, p256));
        assertThat(founding(replacing(KeyRole.NODE, wrongKind))).isEqualTo(Refusal.KEY_WEAK);
        SigningKey node = key(KeyRole.NODE);
        MemberKey otherRole = new MemberKey(
                KeyRole.NODE, node.key(), Possession.sign(RegisterMember.subject(ACME, KeyRole.LOG), ID, node));
        assertThat(founding(replacing(KeyRole.NODE, otherRole))).isEqualTo(Refusal.KEY_POSSESSION);
    }

    @Test
    void a_domain_is_a_domain() {
        for (String domain : List.of("", "-acme", "acme/1", "Acme.example", "a b", "acme.", "x".repeat(254))) {
            assertThat(founding(
                            new RegisterMember(ACME, domain, registration(ACME).keys())))
                    .as(domain)
                    .isEqualTo(Refusal.ACTION_MALFORMED);
        }
    }

    @Test
    void a_log_is_opened_once_by_its_member() {
        TestLedger ledger = TestLedger.founded();
        LogId second = new LogId(ACME, 2);
        assertThat(ledger.refusal(key(KeyRole.NODE), new OpenLog(second))).isNull();
        assertThat(ledger.logRecord(second).origin()).isEqualTo("acme.example/5a5a5a5a/2");
        assertThat(ledger.logRecord(second).key())
                .isEqualTo(key(KeyRole.LOG).key().thumbprint());
        assertThat(ledger.lastEvent().subjects()).containsExactly("log/acme/2", "member/acme");
        assertThat(ledger.refusal(IDENTITY, new OpenLog(second))).isEqualTo(Refusal.LOG_EXISTS);
        assertThat(ledger.refusal(IDENTITY, new OpenLog(new LogId(new MemberId("rival"), 1))))
                .isEqualTo(Refusal.MEMBER_UNKNOWN);
    }

    @Test
    void a_closed_log_stays_closed() {
        TestLedger ledger = TestLedger.founded();
        assertThat(ledger.refusal(IDENTITY, new CloseLog(LOG, 1))).isNull();
        assertThat(ledger.logRecord(LOG).closed()).isEqualTo(1);
        assertThat(ledger.lastEvent().inWords()).isEqualTo("acme closed its log 1 (lost data) at size 0");
        assertThat(ledger.refusal(IDENTITY, new CloseLog(LOG, 2))).isEqualTo(Refusal.LOG_CLOSED);
        assertThat(ledger.refusal(key(KeyRole.LOG), new AnchorCheckpoint(LOG, 0, 1, new byte[32], List.of())))
                .isEqualTo(Refusal.LOG_CLOSED);
        assertThat(ledger.refusal(IDENTITY, new OpenLog(LOG))).isEqualTo(Refusal.LOG_EXISTS);
        assertThat(ledger.refusal(IDENTITY, new CloseLog(new LogId(ACME, 9), 2)))
                .isEqualTo(Refusal.LOG_UNKNOWN);
    }
}
