package io.thingstead.node.mirror;

/// A member answered what is not of the form that was asked for, or does not fit what it signed or the ledger anchored.
final class Misanswer extends RuntimeException {
    private static final long serialVersionUID = 1;

    Misanswer(String text) {
        super(text);
    }
}
