package io.thingstead.node.api;

import io.javalin.http.Context;
import io.thingstead.kit.model.MemberId;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.proof.Certificate;
import io.thingstead.kit.proof.CometCertificate;
import io.thingstead.node.api.BlockJson.CertificateJson;
import io.thingstead.node.ledger.BlockFacts;
import io.thingstead.node.ledger.LedgerReader;
import io.thingstead.node.openapi.Operation;
import io.thingstead.node.openapi.Parameter;
import io.thingstead.node.openapi.Says;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The ledger's blocks, the newest first, each with who signed it.
final class BlockRoutes {
    private static final int MAX_EVENTS = 200;
    private static final Parameter<Long> BEFORE =
            Parameter.number("before", 0, EventRoutes.MAX_NUMBER, "Only those below this height.");
    private static final Parameter<Long> LIMIT = Parameter.limit(20, 100);
    private static final Operation PAGE = Operation.of("Ledger", "The ledger's blocks, the newest first")
            .takes(BEFORE, LIMIT)
            .answers(Page.class);
    private static final Parameter<Long> HEIGHT = Parameter.number(
                    "height", 0, EventRoutes.MAX_NUMBER, "The block's height.")
            .inPath();
    private static final Operation ONE = Operation.of("Ledger", "One block, with its events and who signed it")
            .takes(HEIGHT)
            .answers(BlockJson.class)
            .refuses(Refusal.REQUEST_NOT_FOUND);

    private final LedgerReader ledger;
    private final Signatures signatures;

    private record Page(
            @Says("of the newest block") long height,
            @Says("the oldest that is kept here") long first,
            List<BlockJson> blocks,

            @Says("to be given as `before` for the blocks that follow; absent on the last page") @Nullable
            Long next) {}

    BlockRoutes(LedgerReader ledger, Signatures signatures) {
        this.ledger = ledger;
        this.signatures = signatures;
    }

    void register(Routes routes) {
        routes.get("/api/blocks", PAGE, this::page).get("/api/blocks/{height}", ONE, this::one);
    }

    private void page(Context context) {
        var params = new Params(context);
        long height = ledger.head().height();
        long before = Math.min(height + 1, params.find(BEFORE).orElse(height + 1));
        int limit = (int) params.number(LIMIT);
        if (params.sendRefusal()) return;
        long first = ledger.firstBlock();
        long from = Math.max(first, before - limit);
        var blocks = new ArrayList<BlockJson>();
        for (long at = before - 1; at >= from; at--) ledger.block(at).ifPresent(block -> blocks.add(brief(block)));
        Json.send(context, new Page(height, first, blocks, from <= first || from >= before ? null : from));
    }

    private BlockJson brief(BlockFacts block) {
        return BlockJson.of(block, certificate(block, false), alone(block), null);
    }

    private void one(Context context) {
        var params = new Params(context);
        long height = params.number(HEIGHT);
        if (params.sendRefusal()) return;
        var found = ledger.block(height);
        if (found.isEmpty()) {
            Problem.send(context, Refusal.REQUEST_NOT_FOUND, missing(height));
            return;
        }
        var block = found.get();
        var events = ledger.events(block.firstEvent(), (int) Math.min(MAX_EVENTS, block.events())).stream()
                .map(event -> EventJson.of(event, ledger))
                .toList();
        Json.send(context, BlockJson.of(block, certificate(block, true), alone(block), events));
    }

    private String missing(long height) {
        if (height > ledger.head().height()) return "the ledger has no block " + height + " yet";
        return height < ledger.firstBlock()
                ? "block " + height + " is not kept here: this member has the blocks from " + ledger.firstBlock()
                        + " on"
                : "block " + height + " is not kept here";
    }

    private @Nullable String alone(BlockFacts block) {
        return EventJson.alone(ledger.era(block.era()));
    }

    private @Nullable CertificateJson certificate(BlockFacts block, boolean verify) {
        Certificate certificate = block.certificate().orElse(null);
        if (certificate == null) return null;
        var signed = signatures.of(certificate, block.era()).orElse(null);
        return new CertificateJson(
                certificate.height(),
                certificate instanceof CometCertificate comet ? comet.round() : null,
                HexFormat.of().formatHex(certificate.headerHash()),
                signed == null ? null : names(signed.signed()),
                signed == null ? null : names(signed.missing()),
                verify ? verifies(certificate, block) : null,
                words(certificate, block, signed));
    }

    private boolean verifies(Certificate certificate, BlockFacts block) {
        return BlockFacts.fits(certificate, block.height(), block.headerHash(), block.appHash())
                && signatures.verifies(certificate, block.era());
    }

    private static List<String> names(List<MemberId> members) {
        return members.stream().map(MemberId::value).toList();
    }

    private String words(Certificate certificate, BlockFacts block, Signatures.@Nullable Signed signed) {
        String alone = alone(block);
        if (alone != null) return "Signed by " + alone + ", the only member then.";
        String who = signed == null
                ? "Signed by members of a set that is not known here"
                : signed.signed().size() + " of " + signed.of() + " members signed";
        return certificate.height() == block.height()
                ? who + " this block's header."
                : who + " the header of block " + certificate.height() + ", which holds the app hash after this block.";
    }
}
