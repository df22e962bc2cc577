package io.thingstead.node.ledger.action;

import static io.thingstead.node.ledger.TestLedger.ACME;
import static io.thingstead.node.ledger.TestLedger.key;
import static io.thingstead.node.ledger.TestLedger.member;
import static org.assertj.core.api.Assertions.assertThat;

import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.KeyRole;
import io.thingstead.kit.model.MemberId;
import io.thingstead.kit.model.Refusal;
import io.thingstead.node.ledger.GrantRecord;
import io.thingstead.node.ledger.StateKeys;
import io.thingstead.node.ledger.TestLedger;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Who may read another member's device.
class GrantTest {
    private static final DeviceId BOX = DeviceId.of("acme:box");

    private final TestLedger ledger = TestLedger.shared(3);

    @BeforeEach
    void register() {
        ledger.submit(key(KeyRole.NODE), RegisterDevice.withToken(BOX));
    }

    private Refusal grant(MemberId grantee, long from, Long to) {
        return ledger.refusal(key(KeyRole.NODE), new Grant(BOX, grantee, from, to));
    }

    private GrantRecord record(MemberId grantee) {
        String key = StateKeys.grant(BOX, grantee);
        byte[] value = ledger.values().get(key);
        return value == null ? null : GrantRecord.decode(key, value);
    }

    @Test
    void a_member_lets_another_read_from_one_time_to_another() {
        assertThat(grant(member(2), 1_000, 2_000L)).isNull();
        GrantRecord record = record(member(2));
        assertThat(record)
                .isEqualTo(new GrantRecord(
                        BOX, member(2), 1_000, 2_000L, ledger.lastEvent().number()));
        assertThat(record.covers(999)).isFalse();
        assertThat(record.covers(1_000)).isTrue();
        assertThat(record.covers(1_999)).isTrue();
        assertThat(record.covers(2_000)).isFalse();
        assertThat(ledger.lastEvent().subjects()).containsExactly("device/acme:box", "member/m2");
        assertThat(grant(member(2), 5, null)).as("a new one takes its place").isNull();
        assertThat(record(member(2)).covers(Long.MAX_VALUE)).isTrue();
    }

    @Test
    void only_the_devices_member_grants_and_revokes() {
        assertThat(ledger.refusal(key(2, KeyRole.NODE), new Grant(BOX, member(2), 0, null)))
                .isEqualTo(Refusal.ACTION_NOT_ALLOWED);
        grant(member(2), 0, null);
        assertThat(ledger.refusal(key(2, KeyRole.NODE), new RevokeGrant(BOX, member(2))))
                .isEqualTo(Refusal.ACTION_NOT_ALLOWED);
        assertThat(ledger.refusal(key(KeyRole.NODE), new RevokeGrant(BOX, member(3))))
                .isEqualTo(Refusal.GRANT_UNKNOWN);
        assertThat(ledger.refusal(key(KeyRole.NODE), new RevokeGrant(BOX, member(2))))
                .isNull();
        assertThat(record(member(2))).isNull();
        assertThat(ledger.refusal(key(KeyRole.NODE), new RevokeGrant(BOX, member(2))))
                .isEqualTo(Refusal.GRANT_UNKNOWN);
    }

    @Test
    void a_grant_names_a_device_another_member_and_times_in_order() {
        assertThat(grant(ACME, 0, null)).isEqualTo(Refusal.ACTION_MALFORMED);
        assertThat(grant(new MemberId("nobody"), 0, null)).isEqualTo(Refusal.MEMBER_UNKNOWN);
        assertThat(grant(member(2), 10, 10L)).isEqualTo(Refusal.ACTION_MALFORMED);
        assertThat(ledger.refusal(key(KeyRole.NODE), new Grant(DeviceId.of("acme:none"), member(2), 0, null)))
                .isEqualTo(Refusal.DEVICE_UNKNOWN);
    }

    @Test
    void what_is_undone_gives_way_to_what_the_same_block_said_before() {
        Grant first = new Grant(BOX, member(2), 1_000, 2_000L);
        Grant other = new Grant(BOX, member(2), 5, null);
        Grant refused = new Grant(BOX, ACME, 0, null);
        RevokeGrant revoked = new RevokeGrant(BOX, member(2));
        var node = List.of(key(KeyRole.NODE));
        var results = ledger.block(
                        ledger.transaction(node, false, List.of(first)),
                        ledger.transaction(node, true, List.of(other, revoked, other, refused)),
                        ledger.transaction(node, true, List.of(revoked, refused)))
                .results();
        assertThat(results).extracting(result -> result.events().size()).containsExactly(1, 1, 1);
        assertThat(record(member(2)).fromMs()).isEqualTo(1_000);
        assertThat(record(member(2)).event())
                .isEqualTo(results.getFirst().events().getFirst().number());
        assertThat(ledger.lastEvent().number()).isEqualTo(record(member(2)).event() + 2);
    }
}
