package io.thingstead.kit.proof;

import io.thingstead.kit.crypto.Algorithm;
import io.thingstead.kit.crypto.WeakSigner;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/// Makes valid proof files and mutations of them from a seed, for verifiers that must all agree.
public final class ProofMutator {
    /// A pair of files to judge.
    ///
    /// @param forged made with the member's own keys, so that it may rightly prove another claim
    public record Case(String kind, byte[] proof, byte[] trust, boolean forged) {}

    private final Random random;
    private final List<ProofFixture> fixtures;
    private final List<ProofFile> proofs;
    private final List<byte[]> trusts;
    private final List<Case> attempts;
    private final ProofForger forger;
    private final List<LinkFixture> linked;

    public ProofMutator(long seed) {
        random = new Random(seed);
        var one = ProofFixture.of("one");
        var two = ProofFixture.of("two");
        fixtures = List.of(
                one,
                one.log(13, 2),
                one.algorithm(Algorithm.ES256).log(40, 39),
                one.role(2),
                one.role(3).withoutKid(),
                one.ended(4, one.receivedMs(7) + 1),
                one.ended(5, one.receivedMs(7)),
                two.log(1, 0),
                two.role(2).algorithm(Algorithm.ES256));
        // The same ledgers as several members certify them: parts of the two may meet in one proof that is honest, too.
        var comets = Stream.concat(fixtures.stream(), Stream.of(two))
                .map(CometFixture::new)
                .toList();
        linked = List.of(new LinkFixture(one, false), new LinkFixture(two, true));
        proofs = Stream.of(
                        fixtures.stream().map(ProofFixture::proof),
                        comets.stream().map(CometFixture::proof),
                        linked.stream().flatMap(ProofMutator::linkedProofs))
                .flatMap(all -> all)
                .toList();
        trusts = Stream.of(
                        fixtures.stream().map(ProofFixture::trustBytes),
                        comets.stream().map(comet -> comet.trust().write()),
                        linked.stream().flatMap(ProofMutator::linkedTrusts))
                .flatMap(all -> all)
                .toList();
        attempts = comets.stream()
                .flatMap(comet -> comet.attempts().stream()
                        .map(attempt -> new Case(
                                attempt.holds() ? "resigned" : "cheated",
                                comet.proof(attempt.certificate()).write(),
                                comet.olderTrust().write(),
                                false)))
                .toList();
        forger = new ProofForger(random);
    }

    /// Proofs from between and after changes of the members: with links from before, with links from now, and without.
    private static Stream<ProofFile> linkedProofs(LinkFixture fixture) {
        var between = fixture.proof(LinkFixture.COMES + 5);
        var after = fixture.proof(LinkFixture.CHANGES + 5);
        var links = fixture.links();
        var sets = links.subList(links.size() - 3, links.size());
        return Stream.of(between.with(links), after.with(links), between.with(sets), between);
    }

    private static Stream<byte[]> linkedTrusts(LinkFixture fixture) {
        var genesis = fixture.genesis();
        var updated = genesis.extended(fixture.links()).orThrow();
        return Stream.of(genesis, genesis, fixture.currentAfter(updated), updated)
                .map(TrustFile::write);
    }

    /// Links as members who cheat could hand them out, forward and backward.
    public List<Case> links() {
        var cases = new ArrayList<Case>();
        for (var fixture : linked) {
            var updated = fixture.genesis().extended(fixture.links()).orThrow();
            for (var attempt : new LinkAttempts(fixture).all()) {
                var proof = fixture.proof(LinkFixture.CHANGES + 5).with(attempt.links());
                var old = fixture.proof(LinkFixture.COMES - 3).with(attempt.links());
                var kind = attempt.holds() ? "relinked" : "cheated";
                cases.add(new Case(kind, proof.write(), fixture.genesis().write(), false));
                cases.add(new Case(
                        "relinked", old.write(), fixture.currentAfter(updated).write(), false));
                cases.add(new Case("relinked", proof.write(), updated.write(), false));
            }
        }
        var many = linked.getFirst();
        var solo = linked.getLast();
        for (var link : List.of(many.nextEra(75, 90), many.nextEra(45, 90))) {
            var proof = many.proof(LinkFixture.CHANGES + 5).with(List.of(link));
            var updated = many.genesis().extended(many.links()).orThrow();
            cases.add(new Case("relinked", proof.write(), updated.write(), false));
        }
        var named = solo.proof(LinkFixture.COMES - 3, solo.invented())
                .with(List.of(solo.eraLink(solo.invented(), it -> it, 0, 1)));
        var known = solo.currentAfter(solo.genesis().extended(solo.links()).orThrow());
        cases.add(new Case("relinked", named.write(), solo.genesis().write(), false));
        cases.add(new Case("cheated", named.write(), known.write(), false));
        return cases;
    }

    /// The files that mutations start from.
    public List<Case> valid() {
        var cases = new ArrayList<Case>();
        for (int i = 0; i < proofs.size(); i++)
            cases.add(new Case("valid", proofs.get(i).write(), trusts.get(i), false));
        return cases;
    }

    /// Files whose every signature satisfies the equation, but with keys that must verify nothing: keys with a part of
    /// small order, of an engine and of a device.
    public List<Case> weak() {
        var cases = new ArrayList<Case>();
        for (int part = 0; part < 8; part++) {
            for (boolean whole : new boolean[] {true, false}) {
                if (part == 0 && whole) continue;
                var signer = new WeakSigner(new byte[] {(byte) part}, part, whole);
                var fixture = ProofFixture.of("weak").log(1, 0);
                for (var it : List.of(fixture.engine(signer), fixture.frameSigner(signer))) {
                    cases.add(new Case("weak", it.proofBytes(), it.trustBytes(), false));
                }
            }
        }
        return cases;
    }

    public Case next() {
        int at = random.nextInt(proofs.size());
        var parts = ProofParts.of(proofs.get(at));
        return switch (random.nextInt(23)) {
            case 0 -> new Case("harmless", harmless(parts), trusts.get(at), false);
            case 1, 2 -> new Case("bits", mutateBits(parts), trusts.get(at), false);
            case 3, 4, 5, 6, 7, 8 -> new Case("cbor", mutateCbor(parts), trusts.get(at), false);
            case 9, 10 -> new Case("sections", mutateSections(parts), trusts.get(at), false);
            case 11 -> new Case("head", mutateHead(parts), trusts.get(at), false);
            case 12, 13 -> new Case("text", mutateText(parts.bytes()), trusts.get(at), false);
            case 14 -> new Case("splice", splice(parts), trusts.get(at), false);
            case 15 -> new Case("trust", parts.bytes(), mutateText(trusts.get(at)), false);
            case 16 -> new Case("other trust", parts.bytes(), pick(trusts), false);
            case 17 -> resigned(at);
            case 18, 19, 20 -> new Case("senml", mutateSenml(parts), trusts.get(at), false);
            default -> {
                var forged = forger.forge(pick(fixtures));
                yield new Case("forged", forged.proof(), forged.trust(), true);
            }
        };
    }

    private byte[] harmless(ProofParts parts) {
        if (random.nextBoolean()) Collections.shuffle(parts.sections, random);
        if (random.nextBoolean()) {
            var unknown = new ProofParts.Section("note-" + random.nextInt(9), randomBytes(random.nextInt(40)));
            unknown.critical = "false";
            parts.sections.add(random.nextInt(6), unknown);
        }
        var text = parts.write();
        for (var token : List.of(",\"era\"", ":[", "]}", "{\"type\"")) {
            if (random.nextBoolean()) text = text.replace(token, pick(List.of(" ", "\t", "\r\n", "  \n")) + token);
        }
        return ascii(text);
    }

    private byte[] mutateBits(ProofParts parts) {
        var section = pick(parts.sections);
        for (int i = random.nextInt(3); i >= 0; i--) {
            section.data[random.nextInt(section.data.length)] ^= (byte) (1 << random.nextInt(8));
        }
        if (random.nextInt(5) == 0) {
            section.data = Arrays.copyOf(section.data, Math.max(0, section.data.length + random.nextInt(5) - 3));
        }
        return parts.bytes();
    }

    private byte[] mutateCbor(ProofParts parts) {
        for (int i = random.nextInt(2); i >= 0; i--) {
            var section = pick(parts.sections);
            var tree = CborTree.read(section.data);
            if (tree == null) continue;
            mutate(tree, tree.pick(random));
            section.data = tree.write();
        }
        return parts.bytes();
    }

    private void mutate(CborTree tree, CborTree node) {
        if (random.nextInt(25) == 0) {
            node.longHead = true;
            return;
        }
        switch (node.major) {
            case 0, 1 -> node.argument = number(node.argument);
            case 2, 3 -> mutateString(tree, node);
            case 4, 5 -> mutateContainer(tree, node);
            default -> {
                if (node.bytes.length > 0) node.bytes = randomBytes(node.bytes.length);
                else node.argument = random.nextInt(24);
            }
        }
    }

    /// Odd labels and values put into the payload, where the form is loosest.
    private byte[] mutateSenml(ProofParts parts) {
        var reading = parts.sections.getFirst();
        var tree = CborTree.read(reading.data);
        var frame = tree.children.get(3).children.getFirst();
        var records = frame.children.get(2).children.getFirst().children;
        for (int i = random.nextInt(2); i >= 0; i--) {
            var record = pick(records).children;
            int at = 2 * random.nextInt(record.size() / 2);
            switch (random.nextInt(3)) {
                case 0 -> record.set(at + 1, OddCbor.value(random));
                case 1 -> record.set(at, OddCbor.label(random));
                default -> record.addAll(at, List.of(OddCbor.label(random), OddCbor.value(random)));
            }
        }
        reading.data = tree.write();
        return parts.bytes();
    }

    private long number(long old) {
        return switch (random.nextInt(9)) {
            case 0 -> old + 1;
            case 1 -> old - 1;
            case 2 -> 0;
            case 3 -> SmallJson.MAX_NUMBER;
            case 4 -> SmallJson.MAX_NUMBER + 1;
            case 5 -> -1;
            case 6 -> Long.MAX_VALUE;
            case 7 -> random.nextInt(10);
            default -> random.nextLong() >>> random.nextInt(1, 64);
        };
    }

    private void mutateString(CborTree tree, CborTree node) {
        if (node.opened && random.nextInt(3) > 0) {
            mutate(tree, node.children.getFirst().pick(random));
            return;
        }
        var content = node.opened ? node.children.getFirst().write() : node.bytes;
        node.opened = false;
        node.children = new ArrayList<>();
        node.bytes = switch (random.nextInt(7)) {
            case 0 -> Arrays.copyOf(content, content.length + 1);
            case 1 -> Arrays.copyOf(content, Math.max(0, content.length - 1));
            case 2 -> new byte[content.length];
            case 3 -> randomBytes(content.length);
            case 4 -> tree.pick(random).bytes;
            case 5 ->
                pick(List.of("demo", "demo:box-7", "other", "Demo", "demo:", "n_", "", "\u00e9", "-", "ts-block/1"))
                        .getBytes(random.nextInt(8) == 0 ? StandardCharsets.ISO_8859_1 : StandardCharsets.UTF_8);
            default -> {
                var flipped = content.clone();
                if (flipped.length > 0) flipped[random.nextInt(flipped.length)] ^= (byte) (1 << random.nextInt(8));
                yield flipped;
            }
        };
    }

    private void mutateContainer(CborTree tree, CborTree node) {
        var children = node.children;
        int at = children.isEmpty() ? 0 : random.nextInt(children.size());
        switch (random.nextInt(8)) {
            case 0 -> children.add(at, CborTree.uint(random.nextInt(30)));
            case 1 -> children.add(at, CborTree.nil());
            case 2 -> children.add(at, CborTree.read(tree.pick(random).write()));
            case 3 -> node.indefinite = true;
            case 4 ->
                Collections.swap(children.isEmpty() ? Arrays.asList(1, 2) : children, 0, children.isEmpty() ? 1 : at);
            case 5 -> Collections.shuffle(children, random);
            default -> {
                if (!children.isEmpty()) children.remove(at);
            }
        }
        children.removeIf(java.util.Objects::isNull);
    }

    private byte[] mutateSections(ProofParts parts) {
        var sections = parts.sections;
        var section = pick(sections);
        switch (random.nextInt(8)) {
            case 0 -> sections.remove(section);
            case 1 -> sections.add(section);
            case 2 -> section.critical = pick(List.of("false", "null", "1", "\"true\""));
            case 3 -> section.type = pick(List.of("reading", "key", "anchors", "Reading", "", "unknown"));
            case 4 -> {
                var other = pick(sections);
                var data = section.data;
                section.data = other.data;
                other.data = data;
            }
            case 5 -> sections.add(new ProofParts.Section("unknown", randomBytes(5)));
            case 6 -> section.data = randomBytes(random.nextInt(200));
            default -> section.data = new byte[0];
        }
        return parts.bytes();
    }

    private byte[] mutateHead(ProofParts parts) {
        switch (random.nextInt(3)) {
            case 0 ->
                parts.verdict = pick(List.of(
                        "proven",
                        "proven-by-one-member",
                        "accepted-before-revocation",
                        "false",
                        "unreadable",
                        "",
                        "Proven"));
            case 1 ->
                parts.era = pick(List.of(
                        "0", "2", "01", "1.0", "1e0", "-1", "9007199254740991", "9007199254740992", "null", "\"1\""));
            default ->
                parts.format = pick(List.of("thingstead-proof/2", "thingstead-trust/1", "", "thingstead-proof/1 "));
        }
        return parts.bytes();
    }

    private byte[] splice(ProofParts parts) {
        var other = ProofParts.of(pick(proofs));
        for (int i = random.nextInt(3); i >= 0; i--) {
            int at = random.nextInt(5);
            parts.sections.get(at).data = other.sections.get(at).data;
        }
        return parts.bytes();
    }

    /// Changes on the level of the text, of a proof file or a trust file.
    private byte[] mutateText(byte[] file) {
        var text = new StringBuilder(new String(file, StandardCharsets.ISO_8859_1));
        for (int i = random.nextInt(2); i >= 0; i--) {
            int at = random.nextInt(text.length());
            switch (random.nextInt(9)) {
                case 0 -> text.setCharAt(at, (char) random.nextInt(256));
                case 1 -> text.setCharAt(at, (char) random.nextInt(0x20, 0x7f));
                case 2 -> text.deleteCharAt(at);
                case 3 ->
                    text.insert(
                            at,
                            pick(List.of(
                                    " ",
                                    "\n",
                                    "\t",
                                    "\\u0031",
                                    "0",
                                    ",",
                                    "{}",
                                    "\"",
                                    "=",
                                    "\u00ef\u00bb\u00bf",
                                    "\u0000")));
                case 4 -> text.setLength(at + 1);
                case 5 -> text.append(pick(List.of(" ", "\n\n", "x", "{}", "\u0000")));
                case 6 -> digit(text, at);
                case 7 -> text.insert(Math.max(1, text.indexOf("\"era\"")), "\"era\":1,");
                default -> text.insert(0, "[".repeat(random.nextInt(12)));
            }
            if (text.isEmpty()) text.append(' ');
        }
        return ascii(text.toString());
    }

    private void digit(StringBuilder text, int from) {
        for (int i = from; i < text.length(); i++) {
            if (Character.isDigit(text.charAt(i))) {
                text.setCharAt(i, (char) ('0' + random.nextInt(10)));
                return;
            }
        }
    }

    /// Another block over the same state, rightly signed: the claim stays what it is.
    private Case resigned(int at) {
        if (at >= fixtures.size()) return pick(attempts);
        var resigned = forger.resign(fixtures.get(at));
        return new Case("resigned", resigned.proof(), resigned.trust(), false);
    }

    private <T> T pick(List<T> list) {
        return list.get(random.nextInt(list.size()));
    }

    private byte[] randomBytes(int length) {
        var bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
