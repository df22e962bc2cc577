package io.thingstead.kit.proof;

import io.thingstead.kit.crypto.Base64Url;
import io.thingstead.kit.crypto.CborMalformed;
import io.thingstead.kit.model.Result;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/// A proof of a frame's readings in one file (`docs/formats.md` §9): what is claimed, and every step from it to what
/// the ledger's members signed. Nothing is stored that the verifier can compute.
///
/// @param verdict what the maker of the file says that verification will find
/// @param links that lead a verifier's older trust file to the members that signed; none as a rule
public record ProofFile(
        long era,
        String verdict,
        ReadingLeaf reading,
        Inclusion inclusion,
        Anchor anchor,
        KeyStanding key,
        Certificate certificate,
        List<TrustLink> links) {
    public static final int MAX_BYTES = SmallJson.MAX_BYTES;

    private static final String FORMAT = "thingstead-proof/1";
    private static final Set<String> KNOWN = Set.of("reading", "inclusion", "anchor", "key", "certificate", "links");

    public ProofFile {
        links = List.copyOf(links);
    }

    public ProofFile(
            long era,
            String verdict,
            ReadingLeaf reading,
            Inclusion inclusion,
            Anchor anchor,
            KeyStanding key,
            Certificate certificate) {
        this(era, verdict, reading, inclusion, anchor, key, certificate, List.of());
    }

    public ProofFile with(List<TrustLink> more) {
        return new ProofFile(era, verdict, reading, inclusion, anchor, key, certificate, more);
    }

    public static Result<ProofFile> read(byte[] bytes) {
        try {
            return Result.ok(parse(SmallJsonReader.read(bytes)));
        } catch (Unreadable e) {
            return new Unreadable("proof file: " + e.getMessage()).refused();
        }
    }

    private static ProofFile parse(SmallJson json) {
        var in = Members.of("file", json);
        in.format(FORMAT);
        var era = in.number("era");
        var verdict = in.text("verdict");
        var sections = sections(in.list("sections"));
        in.done();
        return new ProofFile(
                era,
                verdict,
                section(sections, "reading", ReadingLeaf::read),
                section(sections, "inclusion", Inclusion::read),
                section(sections, "anchor", Anchor::read),
                section(sections, "key", KeyStanding::read),
                section(sections, "certificate", Certificate::read),
                sections.containsKey("links") ? section(sections, "links", TrustLink::readSection) : List.of());
    }

    private static Map<String, byte[]> sections(List<SmallJson> elements) {
        var sections = new HashMap<String, byte[]>();
        var types = new HashSet<String>();
        for (var element : elements) {
            var in = Members.of("section", element);
            var type = in.text("type");
            boolean critical = in.flag("critical");
            var data = Base64Url.decode(in.text("data"))
                    .orElseThrow(() -> new Unreadable("section " + type + ": data is not base64url"));
            in.done();
            if (!types.add(type)) throw new Unreadable("section " + type + " twice");
            if (KNOWN.contains(type)) {
                if (!critical) throw new Unreadable("section " + type + " must be critical");
                sections.put(type, data);
            } else if (critical) {
                throw new Unreadable("a critical section of a kind not known here: " + type);
            }
        }
        return sections;
    }

    private static <T> T section(Map<String, byte[]> sections, String type, Function<byte[], T> reader) {
        var data = sections.get(type);
        if (data == null) throw new Unreadable("section " + type + " is missing");
        try {
            return reader.apply(data);
        } catch (CborMalformed e) {
            throw new Unreadable("section " + type + ": " + e.getMessage());
        }
    }

    /// The file's bytes.
    public byte[] write() {
        var sections = new ArrayList<SmallJson>();
        sections.add(section("reading", reading.encode()));
        sections.add(section("inclusion", inclusion.encode()));
        sections.add(section("anchor", anchor.encode()));
        sections.add(section("key", key.encode()));
        sections.add(section("certificate", certificate.encode()));
        if (!links.isEmpty()) sections.add(section("links", TrustLink.section(links)));
        var json = SmallJson.Obj.of(
                "format", FORMAT, "era", era, "verdict", verdict, "sections", new SmallJson.Arr(sections));
        return (json.write() + "\n").getBytes(StandardCharsets.US_ASCII);
    }

    private static SmallJson section(String type, byte[] data) {
        return SmallJson.Obj.of("type", type, "critical", true, "data", Base64Url.encode(data));
    }
}
