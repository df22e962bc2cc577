package io.thingstead.node.openapi;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// What a member of a JSON object means, and what its values may be, for those who read the API's document.
@Target(ElementType.RECORD_COMPONENT)
@Retention(RetentionPolicy.RUNTIME)
public @interface Says {
    String value();

    /// Of a number.
    long least() default Long.MIN_VALUE;

    long most() default Long.MAX_VALUE;

    /// Of a text.
    int longest() default Integer.MAX_VALUE;

    /// Of a text, a regular expression for all of it.
    String pattern() default "";

    /// Of a text, all that it may be.
    String[] oneOf() default {};

    /// Of a member of a request that cannot be left out, though its type says otherwise.
    boolean needed() default false;

    /// As it stands in JSON; a text may stand without its quotes.
    String example() default "";
}
