package io.thingstead.node.ledger.contract;

import io.thingstead.kit.crypto.CborReader;
import io.thingstead.kit.crypto.CborWriter;
import io.thingstead.kit.model.AccountId;
import io.thingstead.kit.model.Amounts;
import io.thingstead.kit.model.AssetId;
import io.thingstead.node.contract.Act;
import io.thingstead.node.contract.Contract;
import io.thingstead.node.contract.Machine;
import io.thingstead.node.contract.PlainText;
import io.thingstead.node.contract.Step;
import io.thingstead.node.ledger.EventType;
import io.thingstead.node.ledger.money.MoneyWords;
import io.thingstead.node.ledger.money.Move;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Events of contracts: how a step is written down, and how all of them read in plain words.
public final class ContractWords {
    static final int MAX_TEXT = 500;
    static final int STARTED = 6;
    static final int STOPPED = 7;
    static final int MAX_ACTS = 200;
    static final int PAID_IN = 5;

    private ContractWords() {}

    /// `[number, way, from, to, party or null, evidence or null, [act, …]]`
    static CborWriter step(Contracts.Running running, Step step, @Nullable String party, byte @Nullable [] evidence) {
        CborWriter out = new CborWriter(256)
                .array(7)
                .integer(running.record().number())
                .text(step.way())
                .text(step.from())
                .text(step.after().state());
        if (party == null) {
            out.nil();
        } else {
            out.text(party);
        }
        MoneyWords.bytesOrNull(out, evidence);
        out.array(step.acts().size());
        step.acts().forEach(act -> act(out, running, act));
        return out;
    }

    /// `[number, state, [act, …]]`: what each party locked up.
    static CborWriter begun(Contracts.Running running, String state) {
        Contract contract = running.contract();
        CborWriter out = new CborWriter(256)
                .array(3)
                .integer(running.record().number())
                .text(state)
                .array(contract.deposits().size());
        contract.deposits()
                .forEach(deposit -> act(
                        out,
                        running,
                        new Act.PaidIn(
                                deposit.name(), running.machine().values().number(contract, deposit.amount()))));
        return out;
    }

    private static void act(CborWriter out, Contracts.Running running, Act act) {
        switch (act) {
            case Act.Paid(String deposit, String party, long amount, Contract.Effect.Pay.Why why) ->
                money(
                        out,
                        switch (why) {
                            case PAY -> 1;
                            case REFUND -> 2;
                            case PENALISE -> 3;
                        },
                        running,
                        deposit,
                        party,
                        amount);
            case Act.Released(String deposit, String party, long amount) ->
                money(out, 4, running, deposit, party, amount);
            case Act.PaidIn(String deposit, long amount) ->
                money(
                        out,
                        PAID_IN,
                        running,
                        deposit,
                        running.contract().deposit(deposit).party(),
                        amount);
            case Act.Started(String device) -> out.array(2).integer(STARTED).text(device);
            case Act.Stopped(String device) -> out.array(2).integer(STOPPED).text(device);
            case Act.Granted(String device, String party) ->
                out.array(3).integer(8).text(device).text(party);
            case Act.Told(String party, String text) ->
                out.array(3).integer(9).text(party).text(text);
        }
    }

    /// `[kind, deposit, party, account, asset, decimals, amount]`
    private static void money(
            CborWriter out, int kind, Contracts.Running running, String deposit, String party, long amount) {
        Contract contract = running.contract();
        Contract.TermType.Money type = (Contract.TermType.Money)
                contract.typeOf(contract.deposit(deposit).amount()).orElseThrow();
        out.array(7)
                .integer(kind)
                .text(deposit)
                .text(party)
                .text(running.record().account(contract, party).value())
                .text(type.asset())
                .integer(type.decimals())
                .integer(amount);
    }

    /// An act of money, as an event tells it.
    record Paid(long kind, String deposit, String party, AccountId account, AssetId asset, int decimals, long amount) {
        static Paid read(long kind, CborReader in) {
            return new Paid(
                    kind,
                    in.readText(32),
                    in.readText(32),
                    MoneyWords.account(in),
                    MoneyWords.asset(in),
                    in.readUint(Amounts.MAX_DECIMALS),
                    in.readUint());
        }

        String inWords() {
            String money = PlainText.money(amount, asset.value(), decimals);
            return switch ((int) kind) {
                case 1 -> "paid " + money + " to " + party;
                case 2 -> "gave back " + money + " to " + party;
                case 3 -> "a penalty of " + money + " went to " + party;
                case 4 -> money + " of “" + deposit + "” went to " + party;
                default -> party + " paid in " + money;
            };
        }

        Move move(AccountId contract) {
            return kind == PAID_IN
                    ? new Move(account, contract, asset, decimals, amount, null)
                    : new Move(contract, account, asset, decimals, amount, null);
        }
    }

    /// The money that went with an event of a contract.
    ///
    /// @param in an event's body after its head
    public static List<Move> moves(EventType type, CborReader in) {
        AccountId contract = new AccountId.Contract(in.readUint());
        if (type == EventType.CONTRACT_BEGUN) {
            in.readText(32);
        } else {
            in.skip(2);
            in.skip(2);
            in.skip(2);
            in.skip(2);
            in.skip(2);
        }
        List<Move> moves = new ArrayList<>();
        for (int left = in.readArray(MAX_ACTS); left > 0; left--) {
            in.readArray(7);
            long kind = in.readUint();
            if (kind <= PAID_IN) {
                moves.add(Paid.read(kind, in).move(contract));
            } else {
                other(kind, in);
            }
        }
        return moves;
    }

    /// @param in an event's body after its head
    public static String of(EventType type, CborReader in) {
        long number = in.readUint();
        String contract = "Contract " + number;
        return switch (type) {
            case CONTRACT_DRAFTED -> {
                in.readBytesOf(32);
                in.readBytesOf(32);
                in.readBytesOf(32);
                yield contract + " was drafted: " + in.readText(MAX_TEXT);
            }
            case CONTRACT_SIGNED -> {
                List<String> names = new ArrayList<>();
                for (int left = in.readArray(Contract.MAX_PARTIES); left > 0; left--) {
                    names.add(in.readText(32));
                }
                yield contract + " was signed by " + String.join(" and ", names);
            }
            case CONTRACT_BEGUN -> contract + " was signed by all, and began in “" + in.readText(32) + "”";
            case CONTRACT_WITHDRAWN ->
                contract + (in.readUint() == 1 ? " was withdrawn" : " was not signed by all in time");
            default -> stepped(type == EventType.CONTRACT_ENDED, contract, in);
        };
    }

    private static String stepped(boolean ended, String contract, CborReader in) {
        ContractEvent step = ContractEvent.stepped(in);
        String way = step.way() == null ? "" : step.way();
        String party = step.party() == null ? "" : step.party();
        String acts = step.done().stream().map(ContractEvent.Done::words).collect(Collectors.joining("; "));
        String because = switch (way) {
            case Machine.DEADLINE -> "the deadline of “" + step.from() + "” came";
            case Machine.NOT_DELIVERED -> "what was demanded was not delivered";
            case Machine.DEMANDED -> party + " demanded readings";
            case Machine.DELIVERED -> party + " delivered what was demanded";
            case Machine.DELIVERED_IN_PART -> party + " delivered a part of what was demanded";
            case Machine.SHOWN_IN_PART -> party + " showed a part of what must last";
            case Machine.PAUSED -> party + " paused its time";
            case Machine.RESUMED -> party.isEmpty() ? "its pause was over" : party + " let its time go on";
            default ->
                party.isEmpty()
                        ? way.startsWith(Machine.REPLACED) ? "it was " + way : "“" + way + "”"
                        : party + (step.shown() != null ? " showed readings for “" : " did “") + way + "”";
        };
        return contract + ": " + (acts.isEmpty() ? "" : acts + " because ") + because
                + (ended ? "; it ended in “" : step.to().equals(step.from()) ? "; it stays in “" : "; it is in “")
                + step.to() + "”";
    }

    static String inWords(ContractEvent.Order order) {
        return "told the device " + order.device() + " to " + (order.start() ? "start" : "stop");
    }

    static String other(long kind, CborReader in) {
        String first = in.readText(MAX_TEXT);
        return switch ((int) kind) {
            case STARTED, STOPPED -> inWords(new ContractEvent.Order(first, kind == STARTED));
            case 8 -> "let " + in.readText(32) + " read the device " + first;
            default -> "told " + first + ": “" + in.readText(MAX_TEXT) + "”";
        };
    }
}
