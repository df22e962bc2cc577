package io.thingstead.node.contract;

import io.thingstead.kit.crypto.Sha256;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/// What parties agree on, without the values of its terms: parties, typed terms, deposits, states and what leads from
/// one to the next. The first state is where it starts. Many contracts of one kind share it; [ContractCodec] makes it
/// bytes.
///
/// @param about what it is for, in a sentence or two
/// @param pause who may let its time stand still, and how long, or null: nobody
public record Contract(
        String title,
        String about,
        List<Party> parties,
        List<Term> terms,
        List<Deposit> deposits,
        List<State> states,
        @Nullable Pause pause) {
    public static final int MAX_PARTIES = 15;
    public static final int MAX_TERMS = 100;
    public static final int MAX_DEPOSITS = 32;
    public static final int MAX_STATES = 100;
    public static final int MAX_TRANSITIONS = 32;
    public static final int MAX_EFFECTS = 32;
    public static final int MAX_TIMES = 1_000;

    /// Different guards: each takes milliseconds to make ready, and every member does.
    public static final int MAX_GUARDS = 32;

    /// Ways on that are counted: where a contract stands stays small.
    public static final int MAX_COUNTED = 64;

    public Contract {
        parties = List.copyOf(parties);
        terms = List.copyOf(terms);
        deposits = List.copyOf(deposits);
        states = List.copyOf(states);
    }

    /// @param role what it does, as in "brings the box"
    public record Party(String name, String role) {}

    /// A named value of a type that the parties agree on.
    public record Term(String name, TermType type) {}

    /// What a value is. Amounts are integers: at the asset's decimals, at a scale, in milliseconds.
    public sealed interface TermType {
        /// @param asset `member:CODE`
        /// @param decimals those of the asset
        record Money(String asset, int decimals) implements TermType {}

        /// @param unit a UCUM code, as devices send it
        /// @param scale how many decimals the integers carry
        record Quantity(String unit, int scale) implements TermType {}

        record Duration() implements TermType {}

        /// @param heldBy the party whose node takes the device's readings, and could hold them back
        record Device(String heldBy) implements TermType {}

        /// The readings of one name that a device sends; it has no value of its own.
        ///
        /// @param device the term of the device
        record Stream(String device, String reading, String unit, int scale) implements TermType {}

        record Text() implements TermType {}
    }

    /// Money that a party locks up with its signature, under a name.
    public record Deposit(String name, String party, String amount) {}

    /// @param means what it means to be there, in words
    /// @param deadline a term of a duration, from when the state is entered; null: an end
    /// @param otherwise what happens at the deadline; null: an end
    public record State(
            String name,
            String means,
            @Nullable String deadline,
            @Nullable Outcome otherwise,
            List<Transition> transitions,
            List<Demand> demands) {
        public State {
            transitions = List.copyOf(transitions);
            demands = List.copyOf(demands);
        }

        public boolean isEnd() {
            return deadline == null;
        }

        public Optional<Transition> transition(String transition) {
            return transitions.stream().filter(t -> t.name().equals(transition)).findFirst();
        }
    }

    /// @param times how often it happens at most, 0: no bound, so that it must lead on and never back
    public record Transition(String name, Trigger trigger, Outcome outcome, int times) {}

    /// @param target the name of the next state
    public record Outcome(List<Effect> effects, String target) {
        public Outcome {
            effects = List.copyOf(effects);
        }
    }

    /// What makes a transition happen.
    public sealed interface Trigger {
        /// All of these sign it.
        record Signature(List<String> parties) implements Trigger {
            public Signature {
                parties = List.copyOf(parties);
            }
        }

        /// The deposit's party pays an amount into it.
        record Payment(String deposit, String amount) implements Trigger {}

        /// Device-signed frames whose readings of a stream all fit the guard, over a span without a gap.
        ///
        /// @param guard CEL over the stream's and the other terms' names
        /// @param lasting a term of a duration, or null: one reading is enough
        /// @param isSinceState whether only readings count that became final after the state was entered
        record Evidence(
                String stream, String guard, @Nullable String lasting, boolean isSinceState) implements Trigger {}
    }

    /// A party may ask for a span of a stream; whoever holds the device delivers it within a time, or the outcome is
    /// this one: nobody wins by silence.
    public record Demand(String stream, String within, Outcome missing) {}

    public record Pause(List<String> parties, String atMost) {
        public Pause {
            parties = List.copyOf(parties);
        }
    }

    /// How much.
    public sealed interface Amount {
        record OfTerm(String term) implements Amount {}

        /// Rounded down.
        ///
        /// @param hundredths of a percent, up to 10,000
        record Percent(int hundredths, String term) implements Amount {}

        /// For the time in the state that is left, by the begun unit of time.
        record Metered(String rate, String per, String atMost) implements Amount {}
    }

    /// What happens with a transition.
    public sealed interface Effect {
        /// @param why how people call it
        record Pay(Amount amount, String deposit, String party, Why why) implements Effect {
            public enum Why {
                PAY,
                REFUND,
                PENALISE
            }
        }

        /// All that is left in a deposit goes to a party.
        record Release(String deposit, String party) implements Effect {}

        record Start(String device) implements Effect {}

        record Stop(String device) implements Effect {}

        /// A party may read a device from now on.
        record Grant(String device, String party) implements Effect {}

        record Notify(String party, String text) implements Effect {}
    }

    public byte[] encode() {
        return ContractCodec.encode(this);
    }

    /// What parties sign by, and what the ledger knows it by.
    public byte[] hash() {
        return Sha256.of(encode());
    }

    public String start() {
        return states.getFirst().name();
    }

    public State state(String name) {
        return states.get(indexOfState(name).orElseThrow(() -> new IllegalArgumentException("no state " + name)));
    }

    public OptionalInt indexOfState(String name) {
        return index(states.stream().map(State::name).toList(), name);
    }

    public OptionalInt indexOfParty(String name) {
        return index(parties.stream().map(Party::name).toList(), name);
    }

    public OptionalInt indexOfTerm(String name) {
        return index(terms.stream().map(Term::name).toList(), name);
    }

    public OptionalInt indexOfDeposit(String name) {
        return index(deposits.stream().map(Deposit::name).toList(), name);
    }

    public Optional<TermType> typeOf(String term) {
        OptionalInt index = indexOfTerm(term);
        return index.isPresent() ? Optional.of(terms.get(index.getAsInt()).type()) : Optional.empty();
    }

    public Deposit deposit(String name) {
        return deposits.get(indexOfDeposit(name).orElseThrow(() -> new IllegalArgumentException("no deposit " + name)));
    }

    private static OptionalInt index(List<String> names, String name) {
        int at = names.indexOf(name);
        return at < 0 ? OptionalInt.empty() : OptionalInt.of(at);
    }
}
