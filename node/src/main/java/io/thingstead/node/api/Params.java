package io.thingstead.node.api;

import io.javalin.http.Context;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Refused;
import io.thingstead.node.openapi.Parameter;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A request's parameters, each read as it is described. The first that is wrong is remembered; the values read after
/// it mean nothing.
public final class Params {
    private final Context context;
    private @Nullable Refused refused;

    public Params(Context context) {
        this.context = context;
    }

    /// Sends what was wrong, if something was.
    public boolean sendRefusal() {
        if (refused == null) return false;
        Problem.of(refused).send(context);
        return true;
    }

    /// Empty when it is left out and nothing stands for that, or when it is wrong.
    public <T> Optional<T> find(Parameter<T> parameter) {
        List<String> given = given(parameter);
        if (given.isEmpty()) {
            if (parameter.isRequired()) refuse(parameter.name() + " is missing");
            return Optional.ofNullable(parameter.otherwise());
        }
        Optional<T> value = given.size() == 1 ? parameter.read().apply(given.getFirst()) : Optional.empty();
        if (value.isEmpty()) refuse(parameter.name() + " is " + parameter.looks());
        return value;
    }

    /// One that is required, or for which something stands when it is left out.
    public long number(Parameter<Long> parameter) {
        return find(parameter).orElse(0L);
    }

    private List<String> given(Parameter<?> parameter) {
        return switch (parameter.place()) {
            case PATH -> List.of(context.pathParam(parameter.name()));
            case QUERY -> context.queryParams(parameter.name());
            case HEADER ->
                Optional.ofNullable(context.header(parameter.name())).stream().toList();
        };
    }

    public void refuse(String text) {
        if (refused == null) refused = new Refused(Refusal.REQUEST_MALFORMED, text);
    }
}
