package io.thingstead.node.openapi;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.lang.reflect.AnnotatedParameterizedType;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Schemas (JSON Schema 2020-12) of what the interface sends and takes, made of the records themselves, so that they
/// cannot say something else. Records stand once, under their name, and are referred to.
final class Schemas {
    private static final String REFERENCE = "#/components/schemas/";
    private static final Set<Class<?>> WHOLE = Set.of(long.class, Long.class, int.class, Integer.class);
    private static final Set<Class<?>> FRACTIONS = Set.of(double.class, Double.class);
    private static final Set<Class<?>> FLAGS = Set.of(boolean.class, Boolean.class);

    private final Map<String, Class<?>> types = new TreeMap<>();
    private final Map<String, ObjectNode> components = new TreeMap<>();

    static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    static ObjectNode of(String type) {
        return object().put("type", type);
    }

    static ObjectNode whole(long least, long most) {
        return of("integer").put("format", "int64").put("minimum", least).put("maximum", most);
    }

    static ObjectNode text(int shortest, int longest) {
        return of("string").put("minLength", shortest).put("maxLength", longest);
    }

    /// A text that all of the expression matches.
    static ObjectNode text(String expression) {
        return of("string").put("pattern", "^(?:" + expression + ")$");
    }

    /// Of a value that the interface sends or takes as JSON.
    JsonNode of(Class<?> type) {
        ObjectNode simple = simple(type);
        return simple == null ? reference(type) : simple;
    }

    /// Of a value that the interface takes: no members but these, and null for one that may be left out.
    JsonNode taken(Class<?> type) {
        JsonNode reference = reference(type);
        ObjectNode schema = Objects.requireNonNull(components.get(name(type)), "it was referred to");
        schema.put("additionalProperties", false);
        for (RecordComponent component : type.getRecordComponents()) {
            if (isRequired(component)) continue;
            var member = (ObjectNode) schema.get("properties").get(name(component));
            if (member.path("type").isTextual()) {
                String only = member.get("type").textValue();
                member.putArray("type").add(only).add("null");
            }
        }
        return reference;
    }

    /// All that were referred to, by name.
    Map<String, ObjectNode> components() {
        return components;
    }

    private static @Nullable ObjectNode simple(Class<?> type) {
        if (WHOLE.contains(type)) return of("integer").put("format", "int64");
        if (FRACTIONS.contains(type)) return of("number");
        if (FLAGS.contains(type)) return of("boolean");
        if (type == String.class) return of("string");
        if (type == ObjectNode.class) return of("object");
        if (type == Object.class || type == JsonNode.class) return object();
        return null;
    }

    private ObjectNode reference(Class<?> type) {
        if (!type.isRecord()) throw new IllegalArgumentException("no schema is made of " + type);
        String name = name(type);
        Class<?> known = types.putIfAbsent(name, type);
        if (known != null && known != type) throw new IllegalArgumentException(known + " and " + type + " are " + name);
        if (known == null) components.put(name, properties(type));
        return object().put("$ref", REFERENCE + name);
    }

    /// `EventRoutes.Page` is an `EventPage`, `StatusJson.LogJson` a `StatusLog`, `GrantRoutes.GrantJson` a `Grant`.
    private static String name(Class<?> type) {
        String own = type.getSimpleName().replaceFirst("(Json|Routes?)$", "");
        Class<?> around = type.getDeclaringClass();
        if (around == null) return own;
        String outer = name(around);
        return outer.equals(own) ? own : outer + own;
    }

    private ObjectNode properties(Class<?> type) {
        ObjectNode schema = of("object");
        ObjectNode properties = object();
        var required = schema.arrayNode();
        for (RecordComponent component : type.getRecordComponents()) {
            String name = name(component);
            Says says = component.getAnnotation(Says.class);
            properties.set(name, said(member(component.getAnnotatedType()), says));
            if (isRequired(component)) required.add(name);
        }
        schema.set("properties", properties);
        if (!required.isEmpty()) schema.set("required", required);
        return schema;
    }

    private static boolean isRequired(RecordComponent component) {
        Says says = component.getAnnotation(Says.class);
        return !component.getAnnotatedType().isAnnotationPresent(Nullable.class) || (says != null && says.needed());
    }

    private static String name(RecordComponent component) {
        var named = component.getAccessor().getAnnotation(JsonProperty.class);
        return named == null || named.value().isEmpty() ? component.getName() : named.value();
    }

    private JsonNode member(AnnotatedType annotated) {
        if (annotated instanceof AnnotatedParameterizedType parameterized) {
            AnnotatedType[] arguments = parameterized.getAnnotatedActualTypeArguments();
            Class<?> raw = raw(parameterized.getType());
            if (Collection.class.isAssignableFrom(raw)) return of("array").set("items", member(arguments[0]));
            if (Map.class.isAssignableFrom(raw)) return of("object").set("additionalProperties", member(arguments[1]));
        }
        return of(raw(annotated.getType()));
    }

    private static Class<?> raw(java.lang.reflect.Type type) {
        return switch (type) {
            case Class<?> itself -> itself;
            case java.lang.reflect.ParameterizedType parameterized -> raw(parameterized.getRawType());
            default -> throw new IllegalArgumentException("no schema is made of " + type);
        };
    }

    private static JsonNode said(JsonNode schema, @Nullable Says says) {
        if (says == null) return schema;
        // What stands beside a reference counts too (JSON Schema 2020-12 §8.2.3.1).
        ObjectNode said = schema.deepCopy();
        said.put("description", says.value());
        if (says.least() != Long.MIN_VALUE) said.put("minimum", says.least());
        if (says.most() != Long.MAX_VALUE) said.put("maximum", says.most());
        if (says.longest() != Integer.MAX_VALUE) said.put("maxLength", says.longest());
        if (!says.pattern().isEmpty()) said.put("pattern", "^(?:" + says.pattern() + ")$");
        if (says.oneOf().length > 0) {
            var values = said.putArray("enum");
            Arrays.stream(says.oneOf()).forEach(values::add);
        }
        if (!says.example().isEmpty()) said.putArray("examples").add(Examples.value(says.example()));
        return said;
    }
}
