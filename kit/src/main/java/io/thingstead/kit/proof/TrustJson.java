package io.thingstead.kit.proof;

import io.thingstead.kit.crypto.Algorithm;
import io.thingstead.kit.crypto.VerifyingKey;
import io.thingstead.kit.model.LedgerId;
import io.thingstead.kit.model.Result;
import io.thingstead.kit.proof.TrustFile.Era;
import io.thingstead.kit.proof.TrustFile.EraMember;
import io.thingstead.kit.proof.TrustFile.KnownSet;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;

/// How a trust file is written (`docs/formats.md` §8). Version 1 knows one set of members of each era and is where
/// trust begins; version 2 knows those that voted before, and what it was brought up to date from.
final class TrustJson {
    private static final String FORMAT_1 = "thingstead-trust/1";
    private static final String FORMAT_2 = "thingstead-trust/2";

    private TrustJson() {}

    static TrustFile read(SmallJson json) {
        var in = Members.of("file", json);
        var format = in.text("format");
        boolean second = format.equals(FORMAT_2);
        if (!second && !format.equals(FORMAT_1)) throw new Unreadable("file: format is " + format);
        var ledger = new LedgerId(in.hex("ledgerId", 32));
        var eras = readEras(in.list("eras"), second);
        var asOf = in.number("asOf");
        var height = in.number("height");
        var headerHash = in.hex("headerHash", 32);
        var file = second
                ? new TrustFile(ledger, asOf, height, headerHash, readRoot(in.value("root")), eras)
                : new TrustFile(ledger, asOf, height, headerHash, eras);
        in.done();
        if (file.era(file.root().era()).isEmpty()) throw new Unreadable("root: an era that is not listed");
        return file;
    }

    private static TrustFile.Root readRoot(SmallJson json) {
        var in = Members.of("root", json);
        var root = new TrustFile.Root(in.number("asOf"), in.number("height"), in.number("era"));
        in.done();
        return root;
    }

    private static List<Era> readEras(List<SmallJson> elements, boolean second) {
        var eras = new ArrayList<Era>();
        for (var element : elements) {
            var era = readEra(element, second);
            if (!eras.isEmpty()) {
                var before = eras.getLast();
                boolean grows = era.number() > before.number()
                        && era.initialHeight() > before.initialHeight()
                        && (!second
                                || era.initialHeight() > before.sets().getLast().height());
                if (!grows) throw new Unreadable("eras out of order");
            }
            eras.add(era);
        }
        if (eras.isEmpty()) throw new Unreadable("no era");
        return eras;
    }

    private static Era readEra(SmallJson json, boolean second) {
        var in = Members.of("era", json);
        var initialHeight = in.number("initialHeight");
        var sets = second
                ? readSets(in.list("sets"), initialHeight)
                : List.of(new KnownSet(initialHeight, readMembers(in.list("members"))));
        var era = new Era(
                in.number("era"),
                in.text("engine"),
                in.text("chainId"),
                initialHeight,
                in.number("firstEvent"),
                in.hex("previousAppHash", 32),
                sets);
        in.done();
        return era;
    }

    private static List<KnownSet> readSets(List<SmallJson> elements, long initialHeight) {
        var sets = new ArrayList<KnownSet>();
        for (var element : elements) {
            var in = Members.of("set", element);
            var set = new KnownSet(in.number("height"), readMembers(in.list("members")));
            in.done();
            if (sets.isEmpty()
                    ? set.height() < initialHeight
                    : set.height() <= sets.getLast().height()) {
                throw new Unreadable("sets out of order");
            }
            sets.add(set);
        }
        if (sets.isEmpty()) throw new Unreadable("an era without members");
        return sets;
    }

    private static List<EraMember> readMembers(List<SmallJson> elements) {
        var members = new ArrayList<EraMember>();
        for (var element : elements) members.add(readMember(element));
        if (members.isEmpty()) throw new Unreadable("an era without members");
        return members;
    }

    private static EraMember readMember(SmallJson json) {
        var in = Members.of("era's member", json);
        var name = in.member("member");
        var key = VerifyingKey.decode(in.hex("engineKey", 40));
        if (!(key instanceof Result.Ok<VerifyingKey>(var engineKey)) || engineKey.algorithm() != Algorithm.ED25519) {
            throw new Unreadable("an engine key that is not an Ed25519 COSE_Key");
        }
        var member = new EraMember(name, engineKey, in.number("power"));
        in.done();
        return member;
    }

    static byte[] write(TrustFile file) {
        boolean second = !isFirst(file);
        var eras = new ArrayList<SmallJson>();
        for (var era : file.eras()) {
            var json = SmallJson.Obj.of(
                    "era", era.number(),
                    "engine", era.engine(),
                    "chainId", era.chainId(),
                    "initialHeight", era.initialHeight(),
                    "firstEvent", era.firstEvent(),
                    "previousAppHash", hex(era.previousAppHash()));
            if (second) json.members().put("sets", writeSets(era.sets()));
            else json.members().put("members", writeMembers(era.members()));
            eras.add(json);
        }
        var json = SmallJson.Obj.of(
                "format", second ? FORMAT_2 : FORMAT_1,
                "ledgerId", file.ledger().hex(),
                "asOf", file.asOf(),
                "height", file.height(),
                "headerHash", hex(file.headerHash()));
        if (second) {
            var root = file.root();
            json.members()
                    .put("root", SmallJson.Obj.of("asOf", root.asOf(), "height", root.height(), "era", root.era()));
        }
        json.members().put("eras", new SmallJson.Arr(eras));
        return (json.write() + "\n").getBytes(StandardCharsets.US_ASCII);
    }

    /// Whether version 1 says all that the file says.
    private static boolean isFirst(TrustFile file) {
        var again = new TrustFile(
                file.ledger(),
                file.asOf(),
                file.height(),
                file.headerHash(),
                file.eras().stream()
                        .map(era -> era.with(List.of(new KnownSet(era.initialHeight(), era.members()))))
                        .toList());
        return again.root().equals(file.root())
                && Objects.equals(again.sets().toList(), file.sets().toList());
    }

    private static SmallJson writeSets(List<KnownSet> sets) {
        return new SmallJson.Arr(sets.stream()
                .<SmallJson>map(set -> SmallJson.Obj.of("height", set.height(), "members", writeMembers(set.members())))
                .toList());
    }

    private static SmallJson writeMembers(List<EraMember> members) {
        return new SmallJson.Arr(members.stream()
                .<SmallJson>map(m -> SmallJson.Obj.of(
                        "member", m.member().value(),
                        "engineKey", hex(m.engineKey().coseKey()),
                        "power", m.power()))
                .toList());
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }
}
