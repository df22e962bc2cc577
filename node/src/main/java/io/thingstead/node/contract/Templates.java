package io.thingstead.node.contract;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/// Contracts to begin with, which come with the program.
public final class Templates {
    private static final List<String> NAMES = List.of("cold-chain", "parking", "warm-home", "rain-cover");

    private Templates() {}

    /// @param about the first sentences of what it is for
    public record Template(String name, String title, String about, String text) {}

    public static List<Template> all() {
        List<Template> all = new ArrayList<>();
        NAMES.forEach(name -> all.add(template(name)));
        return all;
    }

    public static Optional<Template> find(String name) {
        return NAMES.contains(name) ? Optional.of(template(name)) : Optional.empty();
    }

    private static Template template(String name) {
        try (InputStream in = Templates.class.getResourceAsStream("/contracts/" + name + ".yaml")) {
            if (in == null) {
                throw new IllegalStateException("the program lacks the template " + name);
            }
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            Contract contract = ContractTextReader.read(text, new TreeMap<>()).contract();
            return new Template(name, contract.title(), contract.about(), text);
        } catch (IOException e) {
            throw new IllegalStateException("reading what is in the program", e);
        }
    }
}
