package io.thingstead.node.alarm;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.dataformat.toml.TomlMapper;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Refused;
import io.thingstead.kit.model.Result;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/// The file of rules, in TOML: a table `[rule.NAME]` for each, and `[channel.NAME]` for whom they tell. It is taken
/// whole or not at all; what is wrong is said
/// with the key and its line.
public record AlarmFile(List<Rule> rules, Channels.Declared channels) {
    static final int MAX_BYTES = 1 << 20;
    private static final String RULES = "rule";
    private static final String CHANNELS = "channel";
    private static final String PAGE = "page";
    private static final Set<String> KNOWN = Set.of(RULES, CHANNELS, PAGE);
    private static final TomlMapper TOML = TomlMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .build();

    /// Says what the text means.
    public static Result<AlarmFile> read(String text) {
        try {
            return Result.ok(new Reading(text, TOML.readTree(text)).file());
        } catch (Misplaced e) {
            return new Result.No<>(new Refused(Refusal.ALARM_MALFORMED, e.said));
        } catch (JacksonException e) {
            var at = e.getLocation();
            String place = at == null || at.getLineNr() < 1 ? "" : "line " + at.getLineNr() + ": ";
            return Result.no(Refusal.ALARM_MALFORMED, place + e.getOriginalMessage());
        }
    }

    /// Ends the reading, with the place.
    private static final class Misplaced extends RuntimeException {
        private static final long serialVersionUID = 1;

        private final String said;

        Misplaced(String text, String table, String key, String reason) {
            super(reason, null, false, false);
            int line = TomlPlace.line(text, table, key);
            String where = table.isEmpty() ? key : table;
            said = (line > 0 ? "line " + line + ", " : "") + where + ": " + reason;
        }
    }

    private record Reading(String text, JsonNode root) {
        AlarmFile file() {
            for (var table : root.properties()) {
                if (!KNOWN.contains(table.getKey()))
                    throw new Misplaced(text, "", table.getKey(), "unknown key \"" + table.getKey() + "\"");
            }
            var channels = new TreeMap<String, Channels.Written>();
            tables(
                    CHANNELS,
                    ChannelText.class,
                    (name, written) -> ChannelReader.read(name, written)
                            .map(channel -> channels.put(name, new Channels.Written(written, channel))));
            List<Rule> rules = new ArrayList<>();
            tables(
                    RULES,
                    RuleText.class,
                    (id, written) -> rule(id, written, channels.keySet()).map(rules::add));
            return new AlarmFile(
                    List.copyOf(rules), new Channels.Declared(Collections.unmodifiableMap(channels), page()));
        }

        private @Nullable String page() {
            JsonNode page = root.path(PAGE);
            if (page.isMissingNode()) return null;
            if (!page.isTextual() || Channel.address(page.textValue()).isEmpty())
                throw new Misplaced(text, "", PAGE, "https://… or http://…, where people look at alarms");
            return page.textValue();
        }

        private static Result<Rule> rule(String id, RuleText written, Set<String> channels) {
            Result<Rule> read = RuleReader.read(id, Origin.FILE, written);
            if (read instanceof Result.Ok<Rule>(Rule rule)) {
                for (String name : rule.notifies()) {
                    if (!channels.contains(name))
                        return Result.no(Refusal.ALARM_MALFORMED, "notify: there is no [channel." + name + "] here");
                }
            }
            return read;
        }

        private <T> void tables(String family, Class<T> type, BiFunction<String, T, Result<?>> take) {
            JsonNode tables = root.path(family);
            if (!tables.isMissingNode() && !tables.isObject())
                throw new Misplaced(text, "", family, "is a table [" + family + ".NAME]");
            for (Map.Entry<String, JsonNode> table : tables.properties()) {
                String name = family + "." + table.getKey();
                if (take.apply(table.getKey(), read(name, table.getValue(), type)) instanceof Result.No<?>(Refused why))
                    throw new Misplaced(text, name, why.text().replaceFirst(":.*", ""), why.text());
            }
        }

        private <T> T read(String name, JsonNode table, Class<T> type) {
            try {
                return TOML.treeToValue(table, type);
            } catch (UnrecognizedPropertyException e) {
                String key = e.getPropertyName();
                throw new Misplaced(text, name, key, "unknown key \"" + key + "\"");
            } catch (JsonMappingException e) {
                String key = e.getPath().isEmpty()
                        ? ""
                        : String.valueOf(e.getPath().getFirst().getFieldName());
                throw new Misplaced(text, name, key, key + ": " + e.getOriginalMessage());
            } catch (JacksonException e) {
                throw new Misplaced(text, name, "", e.getOriginalMessage());
            }
        }
    }
}
