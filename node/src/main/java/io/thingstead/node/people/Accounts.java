package io.thingstead.node.people;

import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Refused;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The people who may sign in, and what administrators do about them.
public final class Accounts {
    private static final Logger LOG = LoggerFactory.getLogger(Accounts.class);

    private final Register register;

    Accounts(Register register) {
        this.register = register;
    }

    /// By name.
    public List<Person> list() {
        return register.people().sorted(Comparator.comparing(Person::name)).toList();
    }

    public Optional<Person> find(String id) {
        return Optional.ofNullable(register.person(id));
    }

    /// Those of the person, the oldest first.
    public List<Passkey> passkeys(Person person) {
        return register.passkeys(person.id())
                .sorted(Comparator.comparingLong(Passkey::createdMs).thenComparing(Passkey::id))
                .toList();
    }

    public boolean hasAdministrator() {
        return register.people().anyMatch(person -> person.role() == Role.ADMINISTRATOR);
    }

    public Optional<Refused> setRole(String id, Role role, Caller by) {
        return register.deciding(all -> {
            var person = all.person(id);
            if (person == null) return unknown();
            if (role != Role.ADMINISTRATOR && isLastAdministrator(all, person)) return last(person);
            all.write(new Register.Change().put(person.with(role)));
            LOG.info("{} made {} {}", by.inWords(), person.name(), role.label());
            return Optional.empty();
        });
    }

    /// The person is nobody here any more, and signed in nowhere.
    public Optional<Refused> remove(String id, Caller by) {
        return register.deciding(all -> {
            var person = all.person(id);
            if (person == null) return unknown();
            if (isLastAdministrator(all, person)) return last(person);
            all.write(new Register.Change()
                    .remove(person)
                    .remove(all.passkeys(id))
                    .remove(all.sessions(id))
                    .remove(all.links().filter(link -> link.person().equals(id))));
            LOG.info("{} removed {}", by.inWords(), person.name());
            return Optional.empty();
        });
    }

    /// The person is signed in nowhere any more.
    public Optional<Refused> signOut(String id, Caller by) {
        return register.deciding(all -> {
            var person = all.person(id);
            if (person == null) return unknown();
            all.write(new Register.Change().remove(all.sessions(id)));
            LOG.info("{} signed {} out everywhere", by.inWords(), person.name());
            return Optional.empty();
        });
    }

    private static boolean isLastAdministrator(Register all, Person person) {
        return person.role() == Role.ADMINISTRATOR
                && all.people()
                                .filter(each -> each.role() == Role.ADMINISTRATOR)
                                .count()
                        == 1;
    }

    private static Optional<Refused> unknown() {
        return Optional.of(new Refused(Refusal.PERSON_UNKNOWN, "there is no such person"));
    }

    private static Optional<Refused> last(Person person) {
        return Optional.of(new Refused(
                Refusal.PERSON_LAST, person.name() + " is the only administrator: make somebody else one first"));
    }
}
