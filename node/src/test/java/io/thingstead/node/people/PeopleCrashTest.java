package io.thingstead.node.people;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.thingstead.node.challenge.Challenges;
import io.thingstead.node.storage.FaultyStore;
import io.thingstead.node.storage.FaultyStore.Fault;
import io.thingstead.node.storage.MemoryStore;
import io.thingstead.node.storage.Store;
import io.thingstead.node.storage.StoreException;
import java.util.EnumSet;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A crash at each write about people (`Register.write`), in both ways: what was said to be done is done at the next
/// start, and what was not is there whole or not at all.
class PeopleCrashTest {
    private static final Site SITE = new Site("https://things.example", "things.example");
    private static final Caller MACHINE = new Caller.Machine();

    private final Store disk = new MemoryStore();
    private final SoftAuthenticator phone = new SoftAuthenticator(SITE.origin(), SITE.rpId());

    private People open(Store store) {
        return People.open(store, new Challenges(System::currentTimeMillis), System::currentTimeMillis);
    }

    /// On a store whose next write fails.
    private People failing(Fault fault) {
        return open(new FaultyStore(disk, fault, 1));
    }

    private static Attestation made(People people, SoftAuthenticator by) {
        return by.make(people.signIn().challenge());
    }

    @ParameterizedTest
    @EnumSource
    void a_link_is_used_and_its_person_there_with_passkey_and_session_or_nothing_of_it(Fault fault) {
        var link = open(disk).links().admin(Optional.empty(), MACHINE).orThrow();
        var crashing = failing(fault);
        var attestation = made(crashing, phone);
        assertThatThrownBy(() -> crashing.signIn().enter(link.secret(), "Ada", attestation, SITE, ""))
                .isInstanceOf(StoreException.class);
        assertThat(crashing.accounts().list()).isEmpty();
        var next = open(disk);
        boolean happened = fault == Fault.BEFORE_IT_IS_ACKNOWLEDGED;
        assertThat(next.links().open(link.secret()).isOk()).isEqualTo(!happened);
        assertThat(next.accounts().list()).hasSize(happened ? 1 : 0);
        if (!happened) {
            assertThat(next.signIn()
                            .enter(link.secret(), "Ada", made(next, phone), SITE, "")
                            .isOk())
                    .isTrue();
        }
        // Either way the passkey signs in from now on.
        var ada = next.accounts().list().getFirst();
        assertThat(next.signIn()
                        .prove(phone.prove(next.signIn().challenge(), ada.id()), SITE, "")
                        .isOk())
                .isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void a_key_or_link_that_nobody_was_told_is_listed_and_can_be_taken_back(Fault fault) {
        assertThatThrownBy(() -> failing(fault).keys().make("sums", EnumSet.of(Need.READ), MACHINE))
                .isInstanceOf(StoreException.class);
        assertThatThrownBy(() -> failing(fault).links().invite("Bob", Role.VIEWER, MACHINE))
                .isInstanceOf(StoreException.class);
        var next = open(disk);
        int there = fault == Fault.BEFORE_IT_IS_ACKNOWLEDGED ? 1 : 0;
        assertThat(next.keys().list()).hasSize(there);
        assertThat(next.links().list()).hasSize(there);
        next.keys()
                .list()
                .forEach(key ->
                        assertThat(next.keys().revoke(key.shortId(), MACHINE)).isTrue());
        next.links()
                .list()
                .forEach(link -> assertThat(next.links().takeBack(link.shortId(), MACHINE))
                        .isTrue());
        assertThat(open(disk).keys().list()).isEmpty();
        assertThat(open(disk).links().list()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void somebody_is_removed_with_everything_or_still_there_with_everything(Fault fault) {
        var before = open(disk);
        var ada = before.signIn()
                .enter(before.links().admin(Optional.empty(), MACHINE).orThrow().secret(), "Ada", null, SITE, "")
                .orThrow();
        var bob = before.signIn()
                .enter(
                        before.links()
                                .invite("Bob", Role.OPERATOR, MACHINE)
                                .orThrow()
                                .secret(),
                        "",
                        made(before, phone),
                        SITE,
                        "")
                .orThrow();
        var key = before.keys().make("sums", EnumSet.of(Need.READ), MACHINE).orThrow();
        assertThatThrownBy(() -> failing(fault).accounts().remove(bob.person().id(), MACHINE))
                .isInstanceOf(StoreException.class);
        boolean happened = fault == Fault.BEFORE_IT_IS_ACKNOWLEDGED;
        var next = open(disk);
        assertThat(next.sessions().find(bob.cookie()).isPresent()).isEqualTo(!happened);
        assertThat(next.accounts().passkeys(bob.person())).hasSize(happened ? 0 : 1);
        // What was done before holds, and what is done again is done.
        assertThat(next.sessions().find(ada.cookie())).isPresent();
        next.accounts().remove(bob.person().id(), MACHINE);
        assertThat(next.keys().revoke(key.key().shortId(), MACHINE)).isTrue();
        next.sessions().end(next.sessions().find(ada.cookie()).orElseThrow().session());
        var last = open(disk);
        assertThat(last.sessions().find(bob.cookie())).isEmpty();
        assertThat(last.sessions().find(ada.cookie())).isEmpty();
        assertThat(last.keys().find(key.secret())).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void a_role_is_the_old_or_the_new_one(Fault fault) {
        var before = open(disk);
        var link = before.links().invite("Bob", Role.VIEWER, MACHINE).orThrow();
        var bob = before.signIn()
                .enter(link.secret(), "", made(before, phone), SITE, "")
                .orThrow()
                .person();
        var crashing = failing(fault);
        assertThatThrownBy(() -> crashing.accounts().setRole(bob.id(), Role.OPERATOR, MACHINE))
                .isInstanceOf(StoreException.class);
        assertThat(crashing.accounts().find(bob.id()).orElseThrow().role()).isEqualTo(Role.VIEWER);
        assertThat(open(disk).accounts().find(bob.id()).orElseThrow().role())
                .isEqualTo(fault == Fault.BEFORE_IT_IS_ACKNOWLEDGED ? Role.OPERATOR : Role.VIEWER);
    }
}
