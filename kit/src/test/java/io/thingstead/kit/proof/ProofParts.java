package io.thingstead.kit.proof;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/// A proof file taken apart for mutation: its fields and raw sections, which need not be valid.
final class ProofParts {
    String format = "thingstead-proof/1";
    String era;
    String verdict;
    List<Section> sections = new ArrayList<>();

    /// One section; `critical` is JSON text.
    static final class Section {
        String type;
        String critical = "true";
        byte[] data;

        Section(String type, byte[] data) {
            this.type = type;
            this.data = data;
        }
    }

    static ProofParts of(ProofFile file) {
        var parts = new ProofParts();
        parts.era = Long.toString(file.era());
        parts.verdict = file.verdict();
        parts.sections.add(new Section("reading", file.reading().encode()));
        parts.sections.add(new Section("inclusion", file.inclusion().encode()));
        parts.sections.add(new Section("anchor", file.anchor().encode()));
        parts.sections.add(new Section("key", file.key().encode()));
        parts.sections.add(new Section("certificate", file.certificate().encode()));
        if (!file.links().isEmpty()) parts.sections.add(new Section("links", TrustLink.section(file.links())));
        return parts;
    }

    String write() {
        var text = new StringBuilder(
                "{\"format\":\"" + format + "\",\"era\":" + era + ",\"verdict\":\"" + verdict + "\",\"sections\":[");
        for (int i = 0; i < sections.size(); i++) {
            var section = sections.get(i);
            text.append(i == 0 ? "\n" : ",\n")
                    .append("{\"type\":\"" + section.type + "\",\"critical\":" + section.critical + ",\"data\":\"")
                    .append(Base64.getUrlEncoder().withoutPadding().encodeToString(section.data))
                    .append("\"}");
        }
        return text.append("]}\n").toString();
    }

    byte[] bytes() {
        return write().getBytes(StandardCharsets.ISO_8859_1);
    }
}
