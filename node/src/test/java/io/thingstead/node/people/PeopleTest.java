package io.thingstead.node.people;

import static org.assertj.core.api.Assertions.assertThat;

import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Refused;
import io.thingstead.kit.model.Result;
import io.thingstead.node.challenge.Challenges;
import io.thingstead.node.storage.Column;
import io.thingstead.node.storage.MemoryStore;
import io.thingstead.node.storage.Store;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// How people come in and what keeps them out, with real keys on a store in memory.
class PeopleTest {
    private static final Site SITE = new Site("https://things.example", "things.example");
    private static final Caller MACHINE = new Caller.Machine();
    private static final long HOUR_MS = 3_600_000;

    private final Store store = new MemoryStore();
    private final SoftAuthenticator phone = new SoftAuthenticator(SITE.origin(), SITE.rpId());
    private long now = 1_700_000_000_000L;
    private People people = open();

    private People open() {
        return People.open(store, new Challenges(() -> now), () -> now);
    }

    private Attestation made(SoftAuthenticator by) {
        return by.make(people.signIn().challenge());
    }

    private Assertion proven(SoftAuthenticator by, Person person) {
        return by.prove(people.signIn().challenge(), person.id());
    }

    private SignIn.Entered enter(Links.Made link, String name, SoftAuthenticator by) {
        return people.signIn()
                .enter(link.secret(), name, made(by), SITE, "a browser")
                .orThrow();
    }

    /// The first administrator, with the phone's passkey.
    private SignIn.Entered ada() {
        return enter(people.links().admin(Optional.empty(), MACHINE).orThrow(), "Ada", phone);
    }

    private Person invited(String name, Role role) {
        var link = people.links().invite(name, role, MACHINE).orThrow();
        return enter(link, "", new SoftAuthenticator(SITE.origin(), SITE.rpId()))
                .person();
    }

    private static void refused(Result<?> result, Refusal code) {
        assertThat(result)
                .isInstanceOfSatisfying(
                        Result.No.class,
                        no -> assertThat(no.refused()).extracting(Refused::code).isEqualTo(code));
    }

    private static void refused(Optional<Refused> result, Refusal code) {
        assertThat(result)
                .hasValueSatisfying(refused -> assertThat(refused.code()).isEqualTo(code));
    }

    @Test
    void the_first_administrator_comes_in_by_a_link_with_a_passkey_and_then_by_the_passkey() {
        var ada = ada();
        assertThat(ada.person().role()).isEqualTo(Role.ADMINISTRATOR);
        assertThat(people.sessions().find(ada.cookie()))
                .hasValueSatisfying(caller -> assertThat(caller.may(Need.ADMIN)).isTrue());
        var again = people.signIn().prove(proven(phone, ada.person()), SITE, "").orThrow();
        assertThat(again.person()).isEqualTo(ada.person());
        assertThat(again.cookie()).isNotEqualTo(ada.cookie());
    }

    @Test
    void everything_is_there_after_a_restart_and_no_secret_is_in_the_store() {
        var link = people.links().admin(Optional.empty(), MACHINE).orThrow();
        var ada = enter(link, "Ada", phone);
        var key = people.keys()
                .make("grafana", EnumSet.of(Need.READ, Need.METRICS), MACHINE)
                .orThrow();
        var open = people.links().invite("Bob", Role.VIEWER, MACHINE).orThrow();
        people = open();
        assertThat(people.accounts().list()).containsExactly(ada.person());
        assertThat(people.sessions().find(ada.cookie())).isPresent();
        assertThat(people.keys().find(key.secret())).hasValueSatisfying(program -> {
            assertThat(program.may(Need.READ)).isTrue();
            assertThat(program.may(Need.COMMANDS)).isFalse();
        });
        assertThat(people.links().open(open.secret()).orThrow()).isEqualTo(open.link());
        refused(people.links().open(link.secret()), Refusal.LINK_USED);
        assertThat(people.signIn().prove(proven(phone, ada.person()), SITE, "").isOk())
                .isTrue();
        var bytes = new StringBuilder();
        try (var scan = store.scan(Column.PEOPLE, new byte[0], null)) {
            while (scan.next())
                bytes.append(new String(scan.key(), StandardCharsets.ISO_8859_1))
                        .append(new String(scan.value(), StandardCharsets.ISO_8859_1));
        }
        assertThat(bytes).contains("Ada", "grafana");
        for (var secret : List.of(link.secret(), ada.cookie(), key.secret(), open.secret()))
            assertThat(bytes).doesNotContain(secret.substring(4, 20));
    }

    @Test
    void a_link_opens_once_and_in_its_time_and_not_when_it_was_taken_back() {
        var link = people.links().invite("Bob", Role.OPERATOR, MACHINE).orThrow();
        refused(people.links().open(link.secret() + "x"), Refusal.LINK_INVALID);
        refused(people.links().open(""), Refusal.LINK_INVALID);
        refused(people.signIn().enter(link.secret(), "", null, SITE, ""), Refusal.PASSKEY_REQUIRED);
        enter(link, "", phone);
        refused(people.signIn().enter(link.secret(), "", made(phone), SITE, ""), Refusal.LINK_USED);
        var late = people.links().invite("Carol", Role.VIEWER, MACHINE).orThrow();
        var other = people.links().invite("Dora", Role.VIEWER, MACHINE).orThrow();
        assertThat(people.links().takeBack(other.link().shortId(), MACHINE)).isTrue();
        refused(people.links().open(other.secret()), Refusal.LINK_INVALID);
        now += 7 * 24 * HOUR_MS;
        refused(people.links().open(late.secret()), Refusal.LINK_EXPIRED);
        assertThat(people.links().list()).isEmpty();
    }

    @Test
    void a_link_made_at_the_machine_lets_in_without_a_passkey_and_the_next_one_closes_it() {
        var first = people.links().admin(Optional.empty(), MACHINE).orThrow();
        var second = people.links().admin(Optional.empty(), MACHINE).orThrow();
        refused(people.links().open(first.secret()), Refusal.LINK_INVALID);
        var ada = people.signIn().enter(second.secret(), "Ada", null, SITE, "").orThrow();
        assertThat(people.accounts().passkeys(ada.person())).isEmpty();
        // comes again, as the same person, with a passkey now
        var again = people.links().admin(Optional.of("ada"), MACHINE).orThrow();
        assertThat(enter(again, "Somebody", phone).person()).isEqualTo(ada.person());
        assertThat(people.accounts().passkeys(ada.person())).hasSize(1);
        refused(people.links().admin(Optional.of("nobody"), MACHINE), Refusal.PERSON_UNKNOWN);
        invited("Bob", Role.VIEWER);
        refused(people.links().admin(Optional.of("Bob"), MACHINE), Refusal.PERSON_UNKNOWN);
        now += 24 * HOUR_MS;
        var third = people.links().admin(Optional.empty(), MACHINE).orThrow();
        refused(people.signIn().enter(third.secret(), "ADA", null, SITE, ""), Refusal.PERSON_EXISTS);
        refused(people.signIn().enter(third.secret(), "\n", null, SITE, ""), Refusal.REQUEST_MALFORMED);
    }

    @Test
    void a_passkey_counts_for_its_site_its_challenge_once_and_with_its_person_verified() {
        var ada = ada().person();
        var other = new SoftAuthenticator(SITE.origin(), SITE.rpId());
        refused(people.signIn().prove(proven(other, ada), SITE, ""), Refusal.PASSKEY_UNKNOWN);
        refused(
                people.signIn().prove(phone.prove(people.signIn().challenge(), "someone"), SITE, ""),
                Refusal.PASSKEY_UNKNOWN);
        var sent = proven(phone, ada);
        assertThat(people.signIn().prove(sent, SITE, "").isOk()).isTrue();
        refused(people.signIn().prove(sent, SITE, ""), Refusal.PASSKEY_INVALID); // its counter, and its challenge
        refused(people.signIn().prove(phone.prove(new byte[40], ada.id()), SITE, ""), Refusal.PASSKEY_STALE);
        var slow = proven(phone, ada);
        now += Challenges.VALID_MS + 1;
        refused(people.signIn().prove(slow, SITE, ""), Refusal.PASSKEY_STALE);
        phone.verifies = false;
        refused(people.signIn().prove(proven(phone, ada), SITE, ""), Refusal.PASSKEY_INVALID);
        phone.verifies = true;
        phone.origin = "https://evil.example";
        refused(people.signIn().prove(proven(phone, ada), SITE, ""), Refusal.PASSKEY_INVALID);
        refused(
                people.signIn().prove(proven(phone, ada), new Site("https://evil.example", "evil.example"), ""),
                Refusal.PASSKEY_INVALID);
        phone.origin = SITE.origin();
        phone.rpId = "evil.example";
        refused(people.signIn().prove(proven(phone, ada), SITE, ""), Refusal.PASSKEY_INVALID);
        phone.rpId = SITE.rpId();
        var forged = proven(phone, ada);
        forged.signature()[forged.signature().length - 1] ^= 1;
        refused(people.signIn().prove(forged, SITE, ""), Refusal.PASSKEY_INVALID);
        phone.counter = 1;
        refused(people.signIn().prove(proven(phone, ada), SITE, ""), Refusal.PASSKEY_INVALID);
        phone.counter = 100;
        assertThat(people.signIn().prove(proven(phone, ada), SITE, "").isOk()).isTrue();
    }

    @Test
    void a_new_passkey_is_checked_as_well() {
        var link = people.links().invite("Bob", Role.VIEWER, MACHINE).orThrow().secret();
        phone.verifies = false;
        refused(people.signIn().enter(link, "", made(phone), SITE, ""), Refusal.PASSKEY_INVALID);
        phone.verifies = true;
        phone.origin = "https://evil.example";
        refused(people.signIn().enter(link, "", made(phone), SITE, ""), Refusal.PASSKEY_INVALID);
        phone.origin = SITE.origin();
        refused(people.signIn().enter(link, "", phone.make(new byte[40]), SITE, ""), Refusal.PASSKEY_STALE);
        refused(
                people.signIn().enter(link, "", new Attestation(new byte[20_000], new byte[1]), SITE, ""),
                Refusal.PASSKEY_INVALID);
        assertThat(people.signIn().enter(link, "", made(phone), SITE, "").isOk())
                .isTrue();
        // the same passkey again, for somebody else
        var second =
                people.links().invite("Carol", Role.VIEWER, MACHINE).orThrow().secret();
        refused(people.signIn().enter(second, "", made(phone), SITE, ""), Refusal.PASSKEY_INVALID);
    }

    @Test
    void a_session_ends_when_it_is_ended_idle_or_a_week_old() {
        var cookie = ada().cookie();
        refusedCookie("nonsense");
        refusedCookie("x".repeat(5_000));
        now += Sessions.IDLE_MS - 1;
        assertThat(people.sessions().find(cookie)).isPresent();
        // the sign of life survives a restart, to within minutes
        people = open();
        now += Sessions.IDLE_MS - 1;
        assertThat(people.sessions().find(cookie)).isPresent();
        now += Sessions.IDLE_MS;
        refusedCookie(cookie);
        var ada = people.accounts().list().getFirst();
        var second = people.signIn().prove(proven(phone, ada), SITE, "").orThrow();
        for (long since = 0; since < Sessions.MOST_MS; since += HOUR_MS) {
            assertThat(people.sessions().find(second.cookie())).isPresent();
            now += HOUR_MS;
        }
        refusedCookie(second.cookie());
        var third = people.signIn().prove(proven(phone, ada), SITE, "").orThrow();
        var caller = people.sessions().find(third.cookie()).orElseThrow();
        assertThat(people.sessions().stillMay(caller, Need.ADMIN)).isTrue();
        people.sessions().end(caller.session());
        assertThat(people.sessions().stillMay(caller, Need.READ)).isFalse();
        refusedCookie(third.cookie());
        people = open();
        refusedCookie(third.cookie());
    }

    private void refusedCookie(String cookie) {
        assertThat(people.sessions().find(cookie)).isEmpty();
    }

    @Test
    void a_person_has_at_most_so_many_sessions_and_the_one_used_least_lately_goes() {
        var ada = ada().person();
        var cookies = IntStream.range(0, 25)
                .mapToObj(_ -> {
                    now++;
                    return people.signIn()
                            .prove(proven(phone, ada), SITE, "x".repeat(1_000))
                            .orThrow()
                            .cookie();
                })
                .toList();
        assertThat(people.sessions().of(ada)).hasSize(20);
        refusedCookie(cookies.getFirst());
        assertThat(people.sessions().find(cookies.getLast())).isPresent();
    }

    @Test
    void roles_let_do_what_they_say_and_change_at_once() {
        ada();
        var bob = people.links().invite("Bob", Role.VIEWER, MACHINE).orThrow();
        var cookie = enter(bob, "", new SoftAuthenticator(SITE.origin(), SITE.rpId()))
                .cookie();
        var viewer = people.sessions().find(cookie).orElseThrow();
        assertThat(may(viewer)).isEqualTo(EnumSet.of(Need.SIGNED_IN, Need.READ, Need.EXPORT, Need.METRICS));
        assertThat(people.accounts().setRole(viewer.person().id(), Role.OPERATOR, MACHINE))
                .isEmpty();
        var operator = people.sessions().find(cookie).orElseThrow();
        assertThat(may(operator))
                .contains(Need.COMMANDS, Need.DEVICES, Need.ALARMS)
                .doesNotContain(Need.MONEY, Need.ADMIN);
        assertThat(people.sessions().stillMay(operator, Need.COMMANDS)).isTrue();
        people.accounts().setRole(viewer.person().id(), Role.VIEWER, MACHINE);
        assertThat(people.sessions().stillMay(operator, Need.COMMANDS)).isFalse();
        assertThat(people.accounts().remove(viewer.person().id(), MACHINE)).isEmpty();
        refusedCookie(cookie);
        refused(people.accounts().remove(viewer.person().id(), MACHINE), Refusal.PERSON_UNKNOWN);
        refused(people.accounts().setRole("nobody", Role.VIEWER, MACHINE), Refusal.PERSON_UNKNOWN);
        refused(people.accounts().signOut("nobody", MACHINE), Refusal.PERSON_UNKNOWN);
        refused(people.links().back("nobody", MACHINE), Refusal.PERSON_UNKNOWN);
    }

    private static Set<Need> may(Caller caller) {
        var may = EnumSet.allOf(Need.class);
        may.removeIf(need -> !caller.may(need));
        return may;
    }

    @Test
    void the_last_administrator_stays_one() {
        var ada = ada().person();
        refused(people.accounts().remove(ada.id(), MACHINE), Refusal.PERSON_LAST);
        refused(people.accounts().setRole(ada.id(), Role.VIEWER, MACHINE), Refusal.PERSON_LAST);
        invited("Bob", Role.ADMINISTRATOR);
        assertThat(people.accounts().setRole(ada.id(), Role.VIEWER, MACHINE)).isEmpty();
    }

    @Test
    void somebody_makes_another_passkey_and_removes_the_first_but_not_the_only_one() {
        var ada = ada().person();
        refused(people.signIn().remove(ada, phone.id()), Refusal.PASSKEY_LAST);
        refused(people.signIn().add(ada, made(phone), SITE), Refusal.PASSKEY_INVALID);
        var laptop = new SoftAuthenticator(SITE.origin(), SITE.rpId());
        assertThat(people.signIn().add(ada, made(laptop), SITE)).isEmpty();
        assertThat(people.signIn().remove(ada, phone.id())).isEmpty();
        refused(people.signIn().remove(ada, phone.id()), Refusal.PASSKEY_UNKNOWN);
        refused(people.signIn().prove(proven(phone, ada), SITE, ""), Refusal.PASSKEY_UNKNOWN);
        assertThat(people.signIn().prove(proven(laptop, ada), SITE, "").isOk()).isTrue();
        // who lost all of them gets another one by a link, and stays the same person
        var back = people.links().back(ada.id(), MACHINE).orThrow();
        assertThat(enter(back, "", new SoftAuthenticator(SITE.origin(), SITE.rpId()))
                        .person())
                .isEqualTo(ada);
    }

    @Test
    void names_are_somebodys_once_and_look_like_names() {
        ada();
        refused(people.links().invite("ada", Role.VIEWER, MACHINE), Refusal.PERSON_EXISTS);
        for (var name : List.of("", " Bob", "<b>", "a\nb", "x".repeat(65), "\u202Eevil"))
            refused(people.links().invite(name, Role.VIEWER, MACHINE), Refusal.REQUEST_MALFORMED);
        assertThat(people.links()
                        .invite("Søren O'Neil-日本, Jr.", Role.VIEWER, MACHINE)
                        .isOk())
                .isTrue();
    }

    @Test
    void an_api_key_is_in_force_until_it_is_revoked_and_says_when_it_was_used() {
        refused(people.keys().make("x", EnumSet.noneOf(Need.class), MACHINE), Refusal.REQUEST_MALFORMED);
        refused(people.keys().make("x", EnumSet.of(Need.SIGNED_IN), MACHINE), Refusal.REQUEST_MALFORMED);
        refused(people.keys().make("", EnumSet.of(Need.READ), MACHINE), Refusal.REQUEST_MALFORMED);
        var made = people.keys().make("sums", EnumSet.of(Need.READ), MACHINE).orThrow();
        assertThat(people.keys().usedMs(made.key())).isZero();
        assertThat(people.keys().find(made.secret() + "x")).isEmpty();
        assertThat(people.keys().find("Bearer")).isEmpty();
        now += 1_000;
        assertThat(people.keys().find(made.secret())).isPresent();
        assertThat(people.keys().usedMs(made.key())).isEqualTo(now);
        people = open();
        assertThat(people.keys().usedMs(people.keys().list().getFirst())).isEqualTo(now);
        assertThat(people.keys().isInForce(made.key())).isTrue();
        assertThat(people.keys().revoke(made.key().shortId(), MACHINE)).isTrue();
        assertThat(people.keys().revoke(made.key().shortId(), MACHINE)).isFalse();
        assertThat(people.keys().find(made.secret())).isEmpty();
        assertThat(people.keys().isInForce(made.key())).isFalse();
    }

    @Test
    void only_so_many_invitations_are_open() {
        for (int i = 0; i < 200; i++)
            people.links().invite("P" + i, Role.VIEWER, MACHINE).orThrow();
        refused(people.links().invite("Q", Role.VIEWER, MACHINE), Refusal.PEOPLE_FULL);
        assertThat(people.links().admin(Optional.empty(), MACHINE).isOk()).isTrue();
    }
}
