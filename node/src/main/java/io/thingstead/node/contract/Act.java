package io.thingstead.node.contract;

/// What a step of a contract does in the world.
public sealed interface Act {
    /// In plain words.
    default String inWords(Contract contract) {
        return switch (this) {
            case Paid(String deposit, String party, long amount, Contract.Effect.Pay.Why why) ->
                switch (why) {
                    case PAY -> "paid " + money(contract, deposit, amount) + " to " + party + " from “" + deposit + "”";
                    case REFUND ->
                        "gave back " + money(contract, deposit, amount) + " to " + party + " from “" + deposit + "”";
                    case PENALISE ->
                        contract.deposit(deposit).party() + " paid a penalty of " + money(contract, deposit, amount)
                                + " to " + party + " from “" + deposit + "”";
                };
            case Released(String deposit, String party, long amount) ->
                "what was left of “" + deposit + "”, " + money(contract, deposit, amount) + ", went to " + party;
            case PaidIn(String deposit, long amount) ->
                contract.deposit(deposit).party() + " paid " + money(contract, deposit, amount) + " into “" + deposit
                        + "”";
            case Started(String device) -> "told the device " + device + " to start";
            case Stopped(String device) -> "told the device " + device + " to stop";
            case Granted(String device, String party) -> "let " + party + " read the device " + device;
            case Told(String party, String text) -> "told " + party + ": “" + text + "”";
        };
    }

    /// An amount of a deposit's asset.
    static String money(Contract contract, String deposit, long amount) {
        return contract.typeOf(contract.deposit(deposit).amount()).orElseThrow()
                        instanceof Contract.TermType.Money(String asset, int decimals)
                ? PlainText.money(amount, asset, decimals)
                : Long.toString(amount);
    }

    /// Out of a deposit, to a party.
    record Paid(String deposit, String party, long amount, Contract.Effect.Pay.Why why) implements Act {}

    /// What was left of a deposit, to a party.
    record Released(String deposit, String party, long amount) implements Act {}

    /// Into a deposit, by its party.
    record PaidIn(String deposit, long amount) implements Act {}

    record Started(String device) implements Act {}

    record Stopped(String device) implements Act {}

    record Granted(String device, String party) implements Act {}

    record Told(String party, String text) implements Act {}
}
