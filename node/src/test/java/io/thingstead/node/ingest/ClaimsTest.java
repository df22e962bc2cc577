package io.thingstead.node.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.thingstead.kit.crypto.Algorithm;
import io.thingstead.kit.crypto.Possession;
import io.thingstead.kit.crypto.SigningKey;
import io.thingstead.kit.crypto.VerifyingKey;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.KeyRole;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Refused;
import io.thingstead.kit.model.Result;
import io.thingstead.node.api.DeviceClaims.Issued;
import io.thingstead.node.api.DeviceClaims.Prepared;
import io.thingstead.node.ledger.action.RegisterDevice;
import io.thingstead.node.storage.Column;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A claim code counts once, for its time, for the first key that proves itself; and nothing of it stands in the store.
class ClaimsTest {
    private static final DeviceId KITCHEN = DeviceId.of("acme:kitchen");
    private static final long HOUR_MS = 3_600_000;

    @TempDir
    Path folder;

    private SmallNode node;
    private Claims claims;
    private final SigningKey own = SigningKey.generate(Algorithm.ED25519);
    private final SigningKey other = SigningKey.generate(Algorithm.ES256);

    @BeforeEach
    void start() throws Exception {
        node = SmallNode.open(folder);
        claims = claims(this::register);
    }

    @AfterEach
    void stop() {
        node.close();
    }

    /// As after a restart: what it knows, it has from the store.
    private Claims claims(Claims.Registration registration) {
        return new Claims(node.store, node.ledger.reader(), registration, node::nowMs);
    }

    private Optional<Refused> register(DeviceId device, VerifyingKey key, byte[] possession) {
        try {
            node.ask(new RegisterDevice(device, KeyRole.DEVICE, key, possession));
            return Optional.empty();
        } catch (AssertionError e) {
            return Optional.of(new Refused(Refusal.DEVICE_EXISTS, String.valueOf(e.getMessage())));
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private String issue() {
        return issue(null);
    }

    private String issue(VerifyingKey only) {
        return claims.issue(KITCHEN, only, HOUR_MS).orThrow().code();
    }

    private Result<Prepared> claim(String code, SigningKey key) {
        return claim(code, key, KITCHEN);
    }

    private Result<Prepared> claim(String code, SigningKey key, DeviceId proven) {
        return claims.claim(code, key.key(), Possession.sign(proven.value(), node.ledgerId, key));
    }

    private static Refusal refusal(Result<?> result) {
        return ((Result.No<?>) result).refused().code();
    }

    private boolean isRegistered(SigningKey key) {
        var device = node.ledger.reader().device(KITCHEN);
        return device != null && device.keys().contains(key.key().thumbprint());
    }

    @Test
    void a_device_with_the_code_registers_its_own_key_and_no_other_can_after_it() {
        String code = issue();
        assertThat(code).matches("[0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]{5}");
        assertThat(claims.look(code).orThrow().device()).isEqualTo(KITCHEN);
        assertThat(claim(code, own).orThrow().by()).isEqualTo(own.key().thumbprint());
        assertThat(isRegistered(own)).isTrue();
        assertThat(refusal(claim(code, other))).isEqualTo(Refusal.CLAIM_USED);
        assertThat(isRegistered(other)).isFalse();
        // Its answer was lost: it asks again.
        assertThat(claim(code, own).isOk()).isTrue();
        assertThat(refusal(claims.issue(KITCHEN, null, HOUR_MS))).isEqualTo(Refusal.DEVICE_EXISTS);
    }

    @Test
    void a_code_is_read_as_people_type_it() {
        String code = issue();
        String typed = " "
                + code.toLowerCase(java.util.Locale.ROOT)
                        .replace('0', 'o')
                        .replace('1', 'l')
                        .replace("-", " - ");
        assertThat(claims.look(typed).isOk()).isTrue();
        for (String wrong : List.of("", "ABCDE", code + "A", code.replace(code.charAt(0), 'U'), "x".repeat(100_000))) {
            assertThat(refusal(claims.look(wrong))).isEqualTo(Refusal.CLAIM_INVALID);
        }
    }

    @Test
    void who_does_not_hold_the_key_or_proves_it_for_another_name_claims_nothing() {
        String code = issue();
        assertThat(refusal(claim(code, own, DeviceId.of("acme:cellar")))).isEqualTo(Refusal.KEY_POSSESSION);
        assertThat(refusal(claims.claim(code, own.key(), Possession.sign(KITCHEN.value(), node.ledgerId, other))))
                .isEqualTo(Refusal.KEY_POSSESSION);
        assertThat(claim(code, other).isOk()).isTrue();
    }

    @Test
    void a_code_for_a_key_is_of_no_use_to_another() {
        String code = issue(own.key());
        assertThat(refusal(claim(code, other))).isEqualTo(Refusal.CLAIM_KEY);
        assertThat(claim(code, own).isOk()).isTrue();
    }

    @Test
    void a_code_ends_with_its_time_when_taken_back_and_when_another_is_made() {
        String code = issue();
        String next = issue();
        assertThat(refusal(claims.look(code))).isEqualTo(Refusal.CLAIM_INVALID);
        assertThat(claims.prepared()).hasSize(1);
        node.clockAheadMs.set(HOUR_MS);
        assertThat(refusal(claim(next, own))).isEqualTo(Refusal.CLAIM_INVALID);
        assertThat(claims.prepared()).isEmpty();
        node.clockAheadMs.set(0);
        assertThat(claims.withdraw(KITCHEN)).isTrue();
        assertThat(claims.withdraw(KITCHEN)).isFalse();
        assertThat(refusal(claim(next, own))).isEqualTo(Refusal.CLAIM_INVALID);
    }

    @Test
    void codes_outlive_a_restart_and_the_store_has_none_of_them() {
        Issued issued = claims.issue(KITCHEN, own.key(), HOUR_MS).orThrow();
        claims = claims(this::register);
        assertThat(claims.prepared()).containsExactly(issued.prepared());
        String letters = issued.code().replace("-", "");
        try (var rows = node.store.scan(Column.CLAIM, new byte[0], null)) {
            while (rows.next()) {
                assertThat(new String(rows.key(), StandardCharsets.ISO_8859_1)
                                + new String(rows.value(), StandardCharsets.ISO_8859_1))
                        .doesNotContain(letters, issued.code());
            }
        }
        assertThat(claim(issued.code(), own).isOk()).isTrue();
        claims = claims(this::register);
        assertThat(Objects.requireNonNull(claims.prepared().getFirst().by()))
                .isEqualTo(own.key().thumbprint());
    }

    @Test
    void a_crash_between_binding_the_code_and_the_ledger_leaves_it_to_the_same_key() {
        String code = issue();
        claims = claims((device, key, possession) -> {
            throw new IllegalStateException("the process ends here");
        });
        assertThatThrownBy(() -> claim(code, own)).hasMessage("the process ends here");
        claims = claims(this::register);
        assertThat(refusal(claim(code, other))).isEqualTo(Refusal.CLAIM_USED);
        assertThat(claim(code, own).isOk()).isTrue();
        assertThat(isRegistered(own)).isTrue();
    }

    @Test
    void a_crash_after_the_ledger_leaves_the_device_registered_and_its_next_claim_answered() {
        String code = issue();
        claims = claims((device, key, possession) -> {
            assertThat(register(device, key, possession)).isEmpty();
            throw new IllegalStateException("the process ends here");
        });
        assertThatThrownBy(() -> claim(code, own)).hasMessage("the process ends here");
        claims = claims((device, key, possession) -> {
            throw new AssertionError("the ledger knows it already");
        });
        assertThat(claim(code, own).isOk()).isTrue();
        assertThat(refusal(claim(code, other))).isEqualTo(Refusal.CLAIM_USED);
    }

    @Test
    void where_the_ledger_refuses_the_key_the_code_is_free_again() throws Exception {
        node.ask(new RegisterDevice(
                DeviceId.of("acme:cellar"),
                KeyRole.DEVICE,
                own.key(),
                Possession.sign("acme:cellar", node.ledgerId, own)));
        String code = issue();
        assertThat(claim(code, own)).isInstanceOf(Result.No.class);
        assertThat(claim(code, other).isOk()).isTrue();
    }

    @Test
    void of_many_keys_at_once_one_has_the_name() throws Exception {
        String code = issue();
        List<Callable<Result<Prepared>>> all = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            SigningKey key = SigningKey.generate(Algorithm.ED25519);
            all.add(() -> claim(code, key));
        }
        try (var threads = Executors.newFixedThreadPool(16)) {
            long made = 0;
            for (var result : threads.invokeAll(all)) {
                if (result.get().isOk()) made++;
                else assertThat(refusal(result.get())).isEqualTo(Refusal.CLAIM_USED);
            }
            assertThat(made).isEqualTo(1);
        }
        assertThat(Objects.requireNonNull(node.ledger.reader().device(KITCHEN)).keys())
                .hasSize(1);
    }

    @Test
    void so_many_names_wait_and_no_more() {
        claims = new Claims(node.store, node.ledger.reader(), this::register, node::nowMs, 5);
        for (int i = 0; i < 5; i++) {
            assertThat(claims.issue(DeviceId.of("acme:d" + i), null, HOUR_MS).isOk())
                    .isTrue();
        }
        assertThat(refusal(claims.issue(KITCHEN, null, HOUR_MS))).isEqualTo(Refusal.CLAIM_FULL);
        node.clockAheadMs.set(HOUR_MS);
        assertThat(claims.issue(KITCHEN, null, HOUR_MS).isOk()).isTrue();
    }

    @Test
    void guessing_is_slow_for_one_network_and_for_all_together() throws Exception {
        AtomicLong now = new AtomicLong();
        ClaimAttempts attempts = new ClaimAttempts(now::get);
        assertThat(let(attempts, "192.0.2.1", 1_000)).isEqualTo(20);
        assertThat(let(attempts, "192.0.2.2", 1_000)).isEqualTo(20);
        assertThat(let(attempts, "2001:db8:1:2::1", 10) + let(attempts, "2001:db8:1:2:3::9", 1_000))
                .as("one network of IPv6")
                .isEqualTo(20);
        now.addAndGet(60_000_000_000L);
        assertThat(let(attempts, "192.0.2.1", 1_000)).isEqualTo(20);
        assertThat(let(attempts, "127.0.0.1", 1_000)).isEqualTo(180);
        now.addAndGet(1_000_000_000L);
        assertThat(let(attempts, "127.0.0.1", 1_000)).isEqualTo(10);
    }

    private static int let(ClaimAttempts attempts, String address, int times) throws Exception {
        int let = 0;
        for (int i = 0; i < times; i++) if (attempts.admits(InetAddress.getByName(address))) let++;
        return let;
    }
}
