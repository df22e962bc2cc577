package io.thingstead.node.api;

import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.thingstead.kit.model.Result;

/// Proof files and the trust file they are checked against.
final class ProofRoutes {
    private static final long MAX_NUMBER = (1L << 53) - 1;

    private final ReadingProofs proofs;

    ProofRoutes(ReadingProofs proofs) {
        this.proofs = proofs;
    }

    void register(JavalinConfig config) {
        config.routes
                .get("/api/proofs/{device}/{n}", this::byNumber)
                .get("/api/proofs", this::byIndex)
                .get("/api/trust", context -> send(context, proofs.trust(), "thingstead.trust.json"));
    }

    private void byNumber(Context context) {
        var params = new Params(context);
        var device = params.pathDevice("device");
        long n = params.pathNumber("n", 1, MAX_NUMBER);
        if (params.sendRefusal()) return;
        send(context, proofs.prove(device.orElseThrow(), n), device.get().name() + "-" + n + ".proof.json");
    }

    private void byIndex(Context context) {
        var params = new Params(context);
        params.required("index");
        long index = params.number("index", 0, 0, MAX_NUMBER);
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
