package io.thingstead.node.ledger.contract;

import io.thingstead.kit.crypto.CborReader;
import io.thingstead.kit.model.AccountId;
import io.thingstead.node.contract.PlainText;
import io.thingstead.node.ledger.Event;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A step of a contract as its event tells it, in its parts: how it began, went on, or ended.
///
/// @param way by which it went on: of the contract's own names, or one of [io.thingstead.node.contract.Machine]'s;
/// null:
///     it began
/// @param from the state before, null: it began
/// @param party that did it, or null
/// @param shown the commitment to the readings that were shown, or null
public record ContractEvent(
        @Nullable String way,
        @Nullable String from,
        String to,
        @Nullable String party,
        byte @Nullable [] shown,
        List<Done> done) {
    public ContractEvent {
        done = List.copyOf(done);
    }

    /// What was done with it.
    ///
    /// @param paid the money that moved, or null
    /// @param order what a device is told, or null
    public record Done(
            String words, @Nullable Paid paid, @Nullable Order order) {}

    /// That a device is to start, or to stop.
    ///
    /// @param device its name in the contract
    public record Order(String device, boolean start) {}

    /// Money into a deposit, or out of it.
    ///
    /// @param amount with its asset
    /// @param in whether the party paid it in
    public record Paid(String deposit, String party, AccountId account, String amount, boolean in) {}

    /// Empty where the event tells of something else.
    public static Optional<ContractEvent> of(Event event) {
        return switch (event.type()) {
            case CONTRACT_BEGUN -> {
                CborReader in = body(event);
                String state = in.readText(32);
                yield Optional.of(new ContractEvent(null, null, state, null, null, done(in)));
            }
            case CONTRACT_STEPPED, CONTRACT_ENDED -> Optional.of(stepped(body(event)));
            default -> Optional.empty();
        };
    }

    /// After the contract's number.
    private static CborReader body(Event event) {
        CborReader in = CborReader.strict(event.body());
        in.readArray(16);
        in.readUint();
        return in;
    }

    /// @param in an event's body after the contract's number
    static ContractEvent stepped(CborReader in) {
        String way = in.readText(64);
        String from = in.readText(32);
        String to = in.readText(32);
        String party = null;
        if (in.nextIsNull()) {
            in.readNull();
        } else {
            party = in.readText(32);
        }
        byte[] shown = null;
        if (in.nextIsNull()) {
            in.readNull();
        } else {
            shown = in.readBytesOf(32);
        }
        return new ContractEvent(way, from, to, party, shown, done(in));
    }

    private static List<Done> done(CborReader in) {
        List<Done> all = new ArrayList<>();
        for (int left = in.readArray(ContractWords.MAX_ACTS); left > 0; left--) {
            in.readArray(7);
            long kind = in.readUint();
            if (kind <= ContractWords.PAID_IN) {
                ContractWords.Paid paid = ContractWords.Paid.read(kind, in);
                all.add(new Done(
                        paid.inWords(),
                        new Paid(
                                paid.deposit(),
                                paid.party(),
                                paid.account(),
                                PlainText.money(paid.amount(), paid.asset().value(), paid.decimals()),
                                kind == ContractWords.PAID_IN),
                        null));
            } else if (kind == ContractWords.STARTED || kind == ContractWords.STOPPED) {
                Order order = new Order(in.readText(ContractWords.MAX_TEXT), kind == ContractWords.STARTED);
                all.add(new Done(ContractWords.inWords(order), null, order));
            } else {
                all.add(new Done(ContractWords.other(kind, in), null, null));
            }
        }
        return all;
    }
}
