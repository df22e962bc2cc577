package io.thingstead.node.contract;

/// A place in a contract's text: line and column from 1 on, 0: none.
public record Spot(int line, int column) {
    public static final Spot NOWHERE = new Spot(0, 0);

    /// The place some characters on in the same line.
    Spot plus(int columns) {
        return line == 0 ? this : new Spot(line, column + columns);
    }
}
