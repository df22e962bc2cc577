package io.thingstead.node;

/// A small contract that tests of the market offer: a bay is paid by the hour, and `plate` is open.
public final class BayByTheHour {
    private static final String TERMS = """
        thingstead: contract/1
        title: A bay by the hour
        about: Whoever parks pays.
        parties: {driver: {role: parks}, operator: {role: runs the bays}}
        terms:
          price: {type: money, asset: "%s", value: "1.20"}
          time: {type: duration, value: 1 h}
          plate: {type: text, value: none}
        deposits:
          fee: {by: driver, amount: price}
        start: parked
        states:
          parked:
            means: The car is in the bay.
            deadline: time
            otherwise: {effects: [{pay: price, from: fee, to: operator}], go: over}
            on:
              left: {signature: operator, effects: [{pay: price, from: fee, to: operator}], go: paid}
          paid: {means: Paid., end: true}
          over: {means: Too long., end: true}
        """;

    private BayByTheHour() {}

    /// @param asset in which the driver pays
    public static String paidIn(String asset) {
        return TERMS.formatted(asset);
    }
}
