package io.thingstead.kit.model;

/// An input that was refused: the stable code, and a text for people that says what is wrong.
public record Refused(Refusal code, String text) {
    @Override
    public String toString() {
        return code.code() + ": " + text;
    }
}
