package io.thingstead.node.catalogue;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// What the W3C recommendation "Web of Things (WoT) Thing Description 1.1" demands of every Thing Description, as far
/// as
/// ours use it (its sections 5.3 and 6).
public final class ThingDescriptionRules {
    private static final Set<String> SCHEMES =
            Set.of("nosec", "auto", "combo", "basic", "digest", "apikey", "bearer", "psk", "oauth2");
    private static final Set<String> TYPES =
            Set.of("object", "array", "string", "number", "integer", "boolean", "null");
    private static final Set<String> OF_A_PROPERTY =
            Set.of("readproperty", "writeproperty", "observeproperty", "unobserveproperty");
    private static final Set<String> OF_A_THING = Set.of(
            "readallproperties",
            "writeallproperties",
            "readmultipleproperties",
            "writemultipleproperties",
            "observeallproperties",
            "unobserveallproperties",
            "queryallactions",
            "subscribeallevents",
            "unsubscribeallevents");

    private ThingDescriptionRules() {}

    public static void check(JsonNode thing) {
        JsonNode context = thing.path("@context");
        assertThat(context.isArray() ? context.path(0).asText() : context.asText())
                .isEqualTo("https://www.w3.org/2022/wot/td/v1.1");
        for (JsonNode entry : context) {
            assertThat(entry.isTextual() || entry.isObject()).isTrue();
        }
        assertThat(thing.path("title").isTextual()).isTrue();
        assertThat(URI.create(thing.path("id").asText()).isAbsolute()).isTrue();
        assertThat(URI.create(thing.path("base").asText()).isAbsolute()).isTrue();
        JsonNode definitions = thing.path("securityDefinitions");
        assertThat(definitions.isObject() && !definitions.isEmpty()).isTrue();
        definitions.forEach(
                definition -> assertThat(definition.path("scheme").asText()).isIn(SCHEMES));
        assertThat(thing.has("security")).isTrue();
        checkSecurity(thing, definitions);
        assertThat(thing.path("properties").isObject()).isTrue();
        thing.path("properties").forEach(property -> checkProperty(property, thing, definitions));
        assertThat(thing.path("forms").isMissingNode() || !thing.path("forms").isEmpty())
                .isTrue();
        thing.path("forms").forEach(form -> {
            checkForm(form, thing, definitions, OF_A_THING);
            assertThat(form.has("op"))
                    .as("a thing's forms have no default for op")
                    .isTrue();
        });
        thing.path("links").forEach(link -> resolved(thing, link));
        assertThat(thing.toString()).as("absent, not null").doesNotContain("null");
    }

    private static void checkProperty(JsonNode property, JsonNode thing, JsonNode definitions) {
        assertThat(property.path("forms").isArray() && !property.path("forms").isEmpty())
                .isTrue();
        property.path("forms").forEach(form -> checkForm(form, thing, definitions, OF_A_PROPERTY));
        assertThat(property.path("type").asText()).isIn(TYPES);
        assertThat(property.path("unit").isMissingNode()
                        || property.path("unit").isTextual())
                .isTrue();
        assertThat(property.path("readOnly").asBoolean()).isTrue();
    }

    private static void checkForm(JsonNode form, JsonNode thing, JsonNode definitions, Set<String> operations) {
        resolved(thing, form);
        List<String> ops = new ArrayList<>();
        JsonNode op = form.path("op");
        if (op.isArray()) {
            op.forEach(one -> ops.add(one.asText()));
        } else if (op.isTextual()) {
            ops.add(op.asText());
        }
        assertThat(operations).containsAll(ops);
        if (form.has("security")) {
            checkSecurity(form, definitions);
        }
    }

    private static void checkSecurity(JsonNode holder, JsonNode definitions) {
        JsonNode security = holder.path("security");
        List<String> names = new ArrayList<>();
        if (security.isArray()) {
            security.forEach(name -> names.add(name.asText()));
        } else {
            names.add(security.asText());
        }
        assertThat(names)
                .isNotEmpty()
                .allSatisfy(name -> assertThat(definitions.has(name)).isTrue());
    }

    /// Where a form or a link leads.
    public static URI resolved(JsonNode thing, JsonNode holder) {
        assertThat(holder.path("href").isTextual()).isTrue();
        URI uri = URI.create(thing.path("base").asText())
                .resolve(holder.path("href").asText());
        assertThat(uri.isAbsolute()).isTrue();
        return uri;
    }
}
