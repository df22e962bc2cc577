package io.thingstead.kit.proof;

import io.thingstead.kit.crypto.Base64Url;
import io.thingstead.kit.crypto.CborMalformed;
import io.thingstead.kit.model.LedgerId;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Result;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// `*.links.json` (`docs/formats.md` §8): links in their order, and the newest certificate, with which a trust file is
/// brought up to date.
///
/// @param more whether further links follow that found no room
/// @param newest certificates of the newest block, one or none
public record LinksFile(LedgerId ledger, List<TrustLink> links, boolean more, List<Certificate> newest) {
    public static final int MAX_BYTES = SmallJson.MAX_BYTES;

    private static final String FORMAT = "thingstead-links/1";

    public LinksFile {
        links = List.copyOf(links);
        newest = List.copyOf(newest);
    }

    public static Result<LinksFile> read(byte[] bytes) {
        try {
            return Result.ok(parse(SmallJsonReader.read(bytes)));
        } catch (Unreadable e) {
            return new Unreadable("links file: " + e.getMessage()).refused();
        } catch (CborMalformed e) {
            return Result.no(Refusal.PROOF_UNREADABLE, "links file: " + e.getMessage());
        }
    }

    private static LinksFile parse(SmallJson json) {
        var in = Members.of("file", json);
        in.format(FORMAT);
        var ledger = new LedgerId(in.hex("ledgerId", 32));
        var elements = in.list("links");
        if (elements.size() > TrustLink.MAX_TOGETHER) throw new Unreadable("too many links");
        var links = new ArrayList<TrustLink>();
        for (var element : elements) links.add(TrustLink.read(bytes(element)));
        boolean more = in.flag("more");
        var newest = new ArrayList<Certificate>();
        for (var element : in.list("newest")) newest.add(Certificate.read(bytes(element)));
        if (newest.size() > 1) throw new Unreadable("more than one newest block");
        in.done();
        return new LinksFile(ledger, links, more, newest);
    }

    private static byte[] bytes(SmallJson json) {
        if (!(json instanceof SmallJson.Str(var text))) throw new Unreadable("base64url expected");
        return Base64Url.decode(text).orElseThrow(() -> new Unreadable("not base64url"));
    }

    /// The file's bytes.
    public byte[] write() {
        var json = SmallJson.Obj.of(
                "format",
                FORMAT,
                "ledgerId",
                ledger.hex(),
                "links",
                array(links.stream().map(TrustLink::encode).toList()),
                "more",
                more,
                "newest",
                array(newest.stream().map(Certificate::encode).toList()));
        return (json.write() + "\n").getBytes(StandardCharsets.US_ASCII);
    }

    private static SmallJson array(List<byte[]> elements) {
        return new SmallJson.Arr(elements.stream()
                .<SmallJson>map(bytes -> new SmallJson.Str(Base64Url.encode(bytes)))
                .toList());
    }

    /// The trust file brought up to date with this: all links followed, and as of the newest block where one is given.
    public Result<TrustFile> update(TrustFile trust, long nowMs) {
        if (!ledger.equals(trust.ledger())) {
            return Result.no(Refusal.TRUST_LINK, "the links are of another ledger");
        }
        return switch (trust.extended(links)) {
            case Result.Ok<TrustFile>(var linked) -> newest.isEmpty() ? Result.ok(linked) : asOfNewest(linked, nowMs);
            case Result.No<TrustFile> no -> no;
        };
    }

    private Result<TrustFile> asOfNewest(TrustFile linked, long nowMs) {
        var head = newest.getFirst();
        var era = linked.eras().getLast();
        var voters = new MemberSet(era.membersAt(head.height()));
        boolean holds =
                head.height() >= era.initialHeight() && linked.allows(head) && voters.certifies(head, ledger, era);
        if (!holds) {
            return Result.no(
                    Refusal.TRUST_LINK,
                    "block " + head.height() + " is not signed by more than two thirds of the members that vote there");
        }
        return Result.ok(head.height() < linked.height() ? linked : linked.asOf(nowMs, head));
    }
}
