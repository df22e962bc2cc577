package io.thingstead.node.contract;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.yaml.snakeyaml.LoaderOptions;

/// A contract's text as a tree that knows where each of its parts stands. YAML (without anchors, aliases and tags of
/// its own) or JSON; text is text whatever it looks like, so that `8.0` stays 8.0.
sealed interface Source {
    int MAX_CHARS = 262_144;
    int MAX_DEPTH = 12;
    int MAX_NODES = 20_000;
    int MAX_TEXT = 4_096;

    Spot at();

    record Fields(Spot at, Map<String, Entry> entries) implements Source {}

    /// @param at where the name stands
    record Entry(Spot at, Source value) {}

    record Items(Spot at, List<Source> items) implements Source {}

    /// @param quoted whether it was text for certain, not a number, a word or nothing
    record Text(Spot at, String text, boolean quoted) implements Source {}

    /// Why a text is no tree.
    final class Malformed extends Exception {
        private static final long serialVersionUID = 1;
        private final transient Finding finding;

        Malformed(Spot at, String text, String mend) {
            super(text);
            finding = Finding.error("check.malformed", at, text, mend);
        }

        Finding finding() {
            return finding;
        }
    }

    /// @throws Malformed where it is neither, too large, too deep, or says one thing twice
    static Source read(String text) throws Malformed {
        if (text.length() > MAX_CHARS) {
            throw new Malformed(
                    Spot.NOWHERE,
                    "a contract has at most " + MAX_CHARS + " characters, this one " + text.length(),
                    "Take out what belongs into an attached document.");
        }
        boolean json = text.stripLeading().startsWith("{");
        StreamReadConstraints limits = StreamReadConstraints.builder()
                .maxNestingDepth(MAX_DEPTH)
                .maxStringLength(MAX_TEXT)
                .maxNameLength(100)
                .maxNumberLength(40)
                .build();
        try (JsonParser parser = json ? jsonParser(text, limits) : yamlParser(text, limits)) {
            return new Walk(parser).document();
        } catch (JsonProcessingException e) {
            throw new Malformed(
                    spot(e.getLocation()),
                    (json ? "not JSON: " : "not YAML: ") + firstLine(e.getOriginalMessage()),
                    "Look at this line and the one before it: indentation, colons, quotes.");
        } catch (IOException e) {
            throw new IllegalStateException("reading from memory", e);
        }
    }

    private static JsonParser jsonParser(String text, StreamReadConstraints limits) throws IOException {
        return JsonFactory.builder()
                .streamReadConstraints(limits)
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .build()
                .createParser(text);
    }

    private static JsonParser yamlParser(String text, StreamReadConstraints limits) throws IOException {
        LoaderOptions options = new LoaderOptions();
        options.setMaxAliasesForCollections(0);
        options.setNestingDepthLimit(MAX_DEPTH);
        options.setCodePointLimit(MAX_CHARS);
        return YAMLFactory.builder()
                .streamReadConstraints(limits)
                .loaderOptions(options)
                .build()
                .createParser(text);
    }

    private static Spot spot(JsonLocation at) {
        return at == null || at.getLineNr() < 1
                ? Spot.NOWHERE
                : new Spot(at.getLineNr(), Math.max(1, at.getColumnNr()));
    }

    private static String firstLine(String message) {
        int end = message.indexOf('\n');
        return end < 0 ? message : message.substring(0, end);
    }

    /// One pass over a parser's tokens.
    final class Walk {
        private final JsonParser parser;
        private int nodes;

        Walk(JsonParser parser) {
            this.parser = parser;
        }

        Source document() throws IOException, Malformed {
            if (parser.nextToken() == null) {
                throw new Malformed(
                        Spot.NOWHERE, "there is nothing in it", "Begin with a template: contract template.");
            }
            Source read = value();
            if (parser.nextToken() != null) {
                throw new Malformed(here(), "something stands after the contract's end", "One file, one contract.");
            }
            return read;
        }

        private Spot here() {
            return spot(parser.currentTokenLocation());
        }

        private Source value() throws IOException, Malformed {
            Spot at = here();
            if (++nodes > MAX_NODES) {
                throw new Malformed(at, "more than " + MAX_NODES + " parts", "Split it into several contracts.");
            }
            if (parser instanceof YAMLParser yaml
                    && (yaml.isCurrentAlias() || yaml.getObjectId() != null || yaml.getTypeId() != null)) {
                throw new Malformed(
                        at,
                        "anchors (&), aliases (*) and tags (!) of YAML are not taken",
                        "Write out what it stands for: whoever signs must see it.");
            }
            return switch (parser.currentToken()) {
                case START_OBJECT -> fields(at);
                case START_ARRAY -> items(at);
                case VALUE_STRING -> new Text(at, bounded(at, parser.getText()), true);
                case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT, VALUE_TRUE, VALUE_FALSE, VALUE_NULL ->
                    new Text(at, bounded(at, parser.getText()), false);
                default -> throw new Malformed(at, "something unexpected", "Look at this line and the one before it.");
            };
        }

        private static String bounded(Spot at, String text) throws Malformed {
            if (text.length() > MAX_TEXT) {
                throw new Malformed(at, "a text over " + MAX_TEXT + " characters", "Say it shorter.");
            }
            return text;
        }

        private Source fields(Spot at) throws IOException, Malformed {
            Map<String, Entry> entries = new LinkedHashMap<>();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                Spot name = here();
                String key = parser.currentName();
                parser.nextToken();
                if (entries.put(key, new Entry(name, value())) != null) {
                    throw new Malformed(name, "“" + key + "” stands here twice", "Keep one of the two.");
                }
            }
            return new Fields(at, entries);
        }

        private Source items(Spot at) throws IOException, Malformed {
            List<Source> items = new ArrayList<>();
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                items.add(value());
            }
            return new Items(at, items);
        }
    }
}
