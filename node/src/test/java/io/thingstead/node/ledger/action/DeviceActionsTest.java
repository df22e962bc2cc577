package io.thingstead.node.ledger.action;

import static io.thingstead.node.ledger.TestLedger.ID;
import static io.thingstead.node.ledger.TestLedger.device;
import static io.thingstead.node.ledger.TestLedger.furtherKey;
import static io.thingstead.node.ledger.TestLedger.key;
import static io.thingstead.node.ledger.TestLedger.rotation;
import static org.assertj.core.api.Assertions.assertThat;

import io.thingstead.kit.crypto.Algorithm;
import io.thingstead.kit.crypto.Possession;
import io.thingstead.kit.crypto.SigningKey;
import io.thingstead.kit.crypto.VerifyingKey;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.KeyRole;
import io.thingstead.kit.model.LedgerId;
import io.thingstead.kit.model.Refusal;
import io.thingstead.node.ledger.EventType;
import io.thingstead.node.ledger.KeyRecord;
import io.thingstead.node.ledger.TestLedger;
import io.thingstead.node.ledger.TransactionResult;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The life of a device and its keys.
class DeviceActionsTest {
    private static final SigningKey NODE = key(KeyRole.NODE);
    private static final DeviceId BOX = DeviceId.of("acme:box");
    private static final SigningKey FIRST = key("box");

    private TestLedger ledger;

    @BeforeEach
    void found() {
        ledger = TestLedger.founded();
    }

    private void registerBox() {
        assertThat(ledger.refusal(NODE, device("acme:box", FIRST))).isNull();
    }

    @Test
    void a_registered_key_counts_from_its_registration_on() {
        registerBox();
        KeyRecord record = ledger.keyRecord(FIRST);
        assertThat(record.owner()).isEqualTo("acme:box");
        assertThat(record.role()).isEqualTo(KeyRole.DEVICE);
        assertThat(record.validFrom()).isEqualTo(ledger.lastEvent().number());
        assertThat(record.inForce()).isTrue();
        assertThat(ledger.deviceRecord("acme:box").keys())
                .containsExactly(FIRST.key().thumbprint());
        assertThat(ledger.lastEvent().inWords())
                .isEqualTo("Device acme:box was registered with key "
                        + FIRST.key().thumbprint().hex().substring(0, 16));
    }

    @Test
    void a_device_and_a_key_are_registered_once() {
        registerBox();
        assertThat(ledger.refusal(NODE, device("acme:box", key("other")))).isEqualTo(Refusal.DEVICE_EXISTS);
        assertThat(ledger.refusal(NODE, device("acme:box-2", FIRST))).isEqualTo(Refusal.KEY_EXISTS);
        assertThat(ledger.refusal(NODE, device("acme:box-2", NODE))).isEqualTo(Refusal.KEY_EXISTS);
    }

    @Test
    void a_device_of_another_member_is_not_registered() {
        assertThat(ledger.refusal(NODE, device("rival:box", FIRST))).isEqualTo(Refusal.ACTION_NOT_ALLOWED);
    }

    @Test
    void possession_must_be_of_this_ledger_this_device_and_this_key() {
        byte[] otherLedger = Possession.sign("acme:box", LedgerId.ofHex("66".repeat(32)), FIRST);
        byte[] otherDevice = Possession.sign("acme:bay", ID, FIRST);
        byte[] otherKey = Possession.sign("acme:box", ID, key("other"));
        for (byte[] wrong : List.of(otherLedger, otherDevice, otherKey, new byte[0], new byte[200])) {
            assertThat(ledger.refusal(NODE, new RegisterDevice(BOX, KeyRole.DEVICE, FIRST.key(), wrong)))
                    .isEqualTo(Refusal.KEY_POSSESSION);
        }
    }

    @Test
    void a_weak_key_is_refused() {
        // A point of order 8, and the identity: RFC 8032 arithmetic accepts them, nobody owns them.
        for (String point : List.of(
                "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
                "0100000000000000000000000000000000000000000000000000000000000000")) {
            VerifyingKey weak =
                    VerifyingKey.of(Algorithm.ED25519, HexFormat.of().parseHex(point));
            assertThat(ledger.refusal(NODE, new RegisterDevice(BOX, KeyRole.DEVICE, weak, new byte[64])))
                    .isEqualTo(Refusal.KEY_WEAK);
        }
    }

    @Test
    void a_token_device_has_no_key_and_may_get_one() {
        DeviceId meter = DeviceId.of("acme:meter");
        assertThat(ledger.refusal(NODE, RegisterDevice.withToken(meter))).isNull();
        assertThat(ledger.deviceRecord("acme:meter").keys()).isEmpty();
        assertThat(ledger.lastEvent().inWords()).contains("without a key");
        assertThat(ledger.refusal(NODE, new RegisterDevice(DeviceId.of("acme:hub"), KeyRole.GATEWAY, null, null)))
                .isEqualTo(Refusal.KEY_NONE);
        assertThat(ledger.refusal(NODE, furtherKey("acme:meter", key("meter", Algorithm.ES256))))
                .isNull();
        assertThat(ledger.deviceRecord("acme:meter").keys()).hasSize(1);
    }

    @Test
    void many_are_registered_all_or_none() {
        List<RegisterDevice> many = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            many.add(device("acme:bay-" + i, key("bay-" + i)));
        }
        TransactionResult result = ledger.submit(NODE, new RegisterDevices(many));
        assertThat(result.happened()).isTrue();
        assertThat(result.events()).hasSize(100).allMatch(e -> e.type() == EventType.DEVICE_REGISTERED);
        assertThat(ledger.keyRecord(key("bay-99")).validFrom())
                .isEqualTo(ledger.lastEvent().number());

        List<RegisterDevice> oneIsTaken = List.of(device("acme:new", key("new")), many.get(50));
        assertThat(ledger.refusal(NODE, new RegisterDevices(oneIsTaken))).isEqualTo(Refusal.DEVICE_EXISTS);
        assertThat(ledger.deviceRecord("acme:new")).isNull();
        assertThat(ledger.keyRecord(key("new"))).isNull();
        assertThat(ledger.lastEvent().subjects()).containsExactly("member/acme");

        List<RegisterDevice> twice = List.of(device("acme:new", key("new")), device("acme:new", key("newer")));
        assertThat(ledger.refusal(NODE, new RegisterDevices(twice))).isEqualTo(Refusal.DEVICE_EXISTS);
    }

    @Test
    void a_rotation_ends_the_old_key_at_the_event_that_starts_the_new_one() {
        registerBox();
        SigningKey second = key("box 2", Algorithm.ES256);
        assertThat(ledger.refusal(FIRST, rotation("acme:box", FIRST, 41, second)))
                .isNull();
        long event = ledger.lastEvent().number();
        KeyRecord old = ledger.keyRecord(FIRST);
        assertThat(old.validTo()).isEqualTo(event);
        assertThat(old.finalN()).isEqualTo(41);
        assertThat(old.endedAtMs()).isEqualTo(ledger.lastEvent().blockTime());
        assertThat(ledger.keyRecord(second).validFrom()).isEqualTo(event);
        assertThat(ledger.deviceRecord("acme:box").keys())
                .containsExactly(second.key().thumbprint());
        // The old key is no signer any more; the new one, of the other kind, is.
        assertThat(ledger.refusal(FIRST, rotation("acme:box", FIRST, 42, key("x"))))
                .isEqualTo(Refusal.TX_SIGNER);
        assertThat(ledger.refusal(second, rotation("acme:box", second, 7, key("box 3"))))
                .isNull();
    }

    @Test
    void nobody_rotates_another_key_than_the_one_that_signs() {
        registerBox();
        assertThat(ledger.refusal(NODE, rotation("acme:box", FIRST, 1, key("x"))))
                .isEqualTo(Refusal.ACTION_NOT_ALLOWED);
        assertThat(ledger.refusal(NODE, rotation("acme:bay", FIRST, 1, key("x"))))
                .isEqualTo(Refusal.DEVICE_UNKNOWN);
        assertThat(ledger.refusal(FIRST, rotation("acme:box", NODE, 1, key("x"))))
                .isEqualTo(Refusal.KEY_UNKNOWN);
        assertThat(ledger.refusal(FIRST, rotation("acme:box", FIRST, 1, NODE))).isEqualTo(Refusal.KEY_EXISTS);
    }

    @Test
    void a_revoked_key_never_comes_back() {
        registerBox();
        var revoke = new RevokeDeviceKey(BOX, FIRST.key().thumbprint(), 2);
        assertThat(ledger.refusal(NODE, revoke)).isNull();
        assertThat(ledger.lastEvent().inWords()).endsWith("of device acme:box was revoked (stolen)");
        assertThat(ledger.keyRecord(FIRST).inForce()).isFalse();
        assertThat(ledger.keyRecord(FIRST).finalN()).isNull();
        assertThat(ledger.refusal(NODE, revoke)).isEqualTo(Refusal.KEY_UNKNOWN);
        assertThat(ledger.refusal(NODE, furtherKey("acme:box", FIRST))).isEqualTo(Refusal.KEY_EXISTS);
        assertThat(ledger.refusal(FIRST, revoke)).isEqualTo(Refusal.TX_SIGNER);
        assertThat(ledger.refusal(NODE, furtherKey("acme:box", key("box 2")))).isNull();
    }

    @Test
    void a_key_revoked_earlier_in_the_same_transaction_rotates_nothing() {
        registerBox();
        byte[] both = ledger.transaction(
                List.of(NODE, FIRST),
                false,
                List.of(
                        new RevokeDeviceKey(BOX, FIRST.key().thumbprint(), 2),
                        rotation("acme:box", FIRST, 3, key("box 2"))));
        TransactionResult result = ledger.block(both).results().getFirst();
        assertThat(result.refusals())
                .singleElement()
                .satisfies(r -> assertThat(r.code()).isEqualTo(Refusal.KEY_UNKNOWN));
        assertThat(ledger.keyRecord(key("box 2"))).isNull();
    }

    @Test
    void a_device_has_at_most_sixteen_keys_in_force() {
        registerBox();
        for (int i = 2; i <= 16; i++) {
            assertThat(ledger.refusal(NODE, furtherKey("acme:box", key("box " + i))))
                    .isNull();
        }
        assertThat(ledger.refusal(NODE, furtherKey("acme:box", key("box 17")))).isEqualTo(Refusal.ACTION_NOT_ALLOWED);
        assertThat(ledger.refusal(NODE, furtherKey("acme:bay", key("bay")))).isEqualTo(Refusal.DEVICE_UNKNOWN);
    }
}
