package io.thingstead.kit.model;

import java.util.function.Function;

/// What a reader of outside bytes answers: a value, or why it was refused. Bad input is a value, never an exception.
public sealed interface Result<T> {
    record Ok<T>(T value) implements Result<T> {}

    record No<T>(Refused refused) implements Result<T> {}

    static <T> Result<T> ok(T value) {
        return new Ok<>(value);
    }

    static <T> Result<T> no(Refusal code, String text) {
        return new No<>(new Refused(code, text));
    }

    default <U> Result<U> map(Function<? super T, ? extends U> change) {
        return switch (this) {
            case Ok<T>(T value) -> new Ok<>(change.apply(value));
            case No<T>(Refused refused) -> new No<>(refused);
        };
    }

    default <U> Result<U> flatMap(Function<? super T, Result<U>> next) {
        return switch (this) {
            case Ok<T>(T value) -> next.apply(value);
            case No<T>(Refused refused) -> new No<>(refused);
        };
    }

    /// The value, for callers that know the input is their own.
    default T orThrow() {
        return switch (this) {
            case Ok<T>(T value) -> value;
            case No<T>(Refused refused) -> throw new IllegalArgumentException(refused.toString());
        };
    }

    default boolean isOk() {
        return this instanceof Ok<T>;
    }
}
