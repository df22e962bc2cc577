package io.thingstead.kit.proof;

import io.thingstead.kit.crypto.Algorithm;
import io.thingstead.kit.crypto.VerifyingKey;
import io.thingstead.kit.model.LedgerId;
import io.thingstead.kit.model.MemberId;
import io.thingstead.kit.model.Result;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/// What a verifier starts from (`docs/formats.md` §8): which ledger, who makes its blocks in which era, and its newest
/// block when the file was made. Whoever can slip you a false trust file can make you believe anything.
///
/// @param asOf when the file was made, in ms
/// @param height of the newest block then, whose header hash is `headerHash`
public record TrustFile(LedgerId ledger, long asOf, long height, byte[] headerHash, List<Era> eras) {
    private static final String FORMAT = "thingstead-trust/1";

    /// A span of blocks made by one engine with one set of members.
    public record Era(
            long number,
            String engine,
            String chainId,
            long initialHeight,
            long firstEvent,
            byte[] previousAppHash,
            List<EraMember> members) {
        public static final String SOLO = "solo";
        public static final String COMET = "comet";

        public Era {
            members = List.copyOf(members);
        }

        public boolean isSolo() {
            return engine.equals(SOLO);
        }

        public boolean isComet() {
            return engine.equals(COMET);
        }
    }

    /// A member with a vote in an era.
    public record EraMember(MemberId member, VerifyingKey engineKey, long power) {}

    public TrustFile {
        eras = List.copyOf(eras);
    }

    public Optional<Era> era(long number) {
        return eras.stream().filter(era -> era.number == number).findFirst();
    }

    /// The era that follows the one with this number, if the file knows of one.
    Optional<Era> eraAfter(long number) {
        return eras.stream().filter(era -> era.number > number).findFirst();
    }

    public static Result<TrustFile> read(byte[] bytes) {
        try {
            return Result.ok(parse(SmallJsonReader.read(bytes)));
        } catch (Unreadable e) {
            return new Unreadable("trust file: " + e.getMessage()).refused();
        }
    }

    private static TrustFile parse(SmallJson json) {
        var in = Members.of("file", json);
        in.format(FORMAT);
        var ledger = new LedgerId(in.hex("ledgerId", 32));
        var eras = new ArrayList<Era>();
        for (var element : in.list("eras")) {
            var era = parseEra(element);
            if (!eras.isEmpty()
                    && (era.number <= eras.getLast().number || era.initialHeight <= eras.getLast().initialHeight)) {
                throw new Unreadable("eras out of order");
            }
            eras.add(era);
        }
        if (eras.isEmpty()) throw new Unreadable("no era");
        var file = new TrustFile(ledger, in.number("asOf"), in.number("height"), in.hex("headerHash", 32), eras);
        in.done();
        return file;
    }

    private static Era parseEra(SmallJson json) {
        var in = Members.of("era", json);
        var members = new ArrayList<EraMember>();
        for (var element : in.list("members")) members.add(parseMember(element));
        if (members.isEmpty()) throw new Unreadable("an era without members");
        var era = new Era(
                in.number("era"),
                in.text("engine"),
                in.text("chainId"),
                in.number("initialHeight"),
                in.number("firstEvent"),
                in.hex("previousAppHash", 32),
                members);
        in.done();
        return era;
    }

    private static EraMember parseMember(SmallJson json) {
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

    /// The file's bytes.
    public byte[] write() {
        var eraList = new ArrayList<SmallJson>();
        for (var era : eras) {
            var members = new ArrayList<SmallJson>();
            for (var m : era.members) {
                members.add(SmallJson.Obj.of(
                        "member", m.member.value(), "engineKey", hex(m.engineKey.coseKey()), "power", m.power));
            }
            eraList.add(SmallJson.Obj.of(
                    "era", era.number,
                    "engine", era.engine,
                    "chainId", era.chainId,
                    "initialHeight", era.initialHeight,
                    "firstEvent", era.firstEvent,
                    "previousAppHash", hex(era.previousAppHash),
                    "members", new SmallJson.Arr(members)));
        }
        var json = SmallJson.Obj.of(
                "format",
                FORMAT,
                "ledgerId",
                ledger.hex(),
                "asOf",
                asOf,
                "height",
                height,
                "headerHash",
                hex(headerHash),
                "eras",
                new SmallJson.Arr(eraList));
        return (json.write() + "\n").getBytes(StandardCharsets.US_ASCII);
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }
}
