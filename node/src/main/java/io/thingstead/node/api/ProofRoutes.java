package io.thingstead.node.api;

import io.javalin.http.Context;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.Refusal;
import io.thingstead.kit.model.Result;
import io.thingstead.node.openapi.Operation;
import io.thingstead.node.openapi.Parameter;

/// Proof files and the trust file they are checked against.
final class ProofRoutes {
    private static final long MAX_NUMBER = (1L << 53) - 1;
    private static final Refusal[] NO_PROOF = {
        Refusal.REQUEST_NOT_FOUND,
        Refusal.DEVICE_UNKNOWN,
        Refusal.PROOF_NOT_FINAL,
        Refusal.PROOF_HISTORY,
        Refusal.CONTENT_ERASED
    };
    private static final Parameter<DeviceId> DEVICE =
            Parameter.device("device", "The device's id.").inPath();
    private static final Parameter<Long> NUMBER = Parameter.number(
                    "n", 1, MAX_NUMBER, "The frame's number at its device.")
            .inPath();
    private static final Parameter<Long> LINKS_FROM = Parameter.number(
            "linksFrom", 0, MAX_NUMBER, "The height of the verifier's trust file: with the links from there on.");
    private static final Operation BY_NUMBER = Operation.of("Proofs", "The proof file of a device's frame")
            .details("Of this member's devices, and of what other members granted. Check it with `thingstead verify`.")
            .takes(DEVICE, NUMBER, LINKS_FROM)
            .answers("application/json", "The proof file.")
            .soldFor(PaymentJson.PaymentRequiredJson.class)
            .refuses(NO_PROOF);
    private static final Parameter<Long> INDEX = Parameter.number(
                    "index", 0, MAX_NUMBER, "The leaf in the member's log.")
            .required();
    private static final Operation BY_INDEX = Operation.of("Proofs", "The proof file of a leaf of the member's log")
            .takes(INDEX)
            .answers("application/json", "The proof file.")
            .refuses(NO_PROOF);
    private static final Operation TRUST = Operation.of("Proofs", "The trust file against which proofs are verified")
            .details("Take it from a member that you trust, once.")
            .answers("application/json", "The trust file.");
    private static final Parameter<Long> FROM = Parameter.number("from", 0, MAX_NUMBER, "The height of a trust file.")
            .or(0L);
    private static final Operation LINKS = Operation.of("Proofs", "What brings a trust file up to date")
            .takes(FROM)
            .answers("application/json", "The links file.");

    private final ReadingProofs proofs;

    ProofRoutes(ReadingProofs proofs) {
        this.proofs = proofs;
    }

    void register(Routes routes) {
        routes.get("/api/proofs/{device}/{n}", BY_NUMBER, this::byNumber)
                .get("/api/proofs", BY_INDEX, this::byIndex)
                .get("/api/trust/links", LINKS, this::links)
                .get("/api/trust", TRUST, context -> send(context, proofs.trust(), "thingstead.trust.json"));
    }

    private void byNumber(Context context) {
        var params = new Params(context);
        var device = params.find(DEVICE);
        long n = params.number(NUMBER);
        var linksFrom = params.find(LINKS_FROM);
        if (params.sendRefusal()) return;
        var proof = proofs.prove(device.orElseThrow(), n);
        if (linksFrom.isPresent() && proof instanceof Result.Ok<byte[]>(byte[] file)) {
            proof = proofs.withLinks(file, linksFrom.get());
        }
        send(context, proof, device.get().name() + "-" + n + ".proof.json");
    }

    /// What brings a trust file of height `from` up to date.
    private void links(Context context) {
        var params = new Params(context);
        long from = params.number(FROM);
        if (params.sendRefusal()) return;
        send(context, proofs.links(from), "thingstead.links.json");
    }

    private void byIndex(Context context) {
        var params = new Params(context);
        long index = params.number(INDEX);
        if (params.sendRefusal()) return;
        send(context, proofs.prove(index), "leaf-" + index + ".proof.json");
    }

    private static void send(Context context, Result<byte[]> result, String fileName) {
        switch (result) {
            case Result.Ok<byte[]>(byte[] file) -> send(context, file, fileName);
            case Result.No<byte[]>(var refused) -> Problem.of(refused).send(context);
        }
    }

    private static void send(Context context, byte[] file, String fileName) {
        context.contentType("application/json")
                .header("Cache-Control", "no-store")
                .header("Content-Disposition", "attachment; filename=\"" + fileName + "\"")
                .result(file);
    }
}
