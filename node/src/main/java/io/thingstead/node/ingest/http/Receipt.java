package io.thingstead.node.ingest.http;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.thingstead.kit.crypto.Base64Url;
import io.thingstead.node.ingest.Outcome;
import io.thingstead.node.log.Answer.Accepted;

/// The answer to an accepted frame, as JSON has it.
record Receipt(
        String device,
        long n,
        String log,
        long index,
        long receivedMs,
        String salt,
        String entry,
        String promise,
        boolean duplicate,
        @JsonProperty("trust") String trustLevel) {

    static Receipt of(Outcome.Logged logged, Promises promises) {
        Accepted receipt = logged.receipt();
        return new Receipt(
                logged.device().value(),
                logged.n(),
                promises.origin(receipt),
                receipt.index(),
                receipt.receivedMs(),
                Base64Url.encode(receipt.salt()),
                Base64Url.encode(receipt.entry()),
                Base64Url.encode(promises.promise(receipt)),
                receipt.duplicate(),
                logged.trust().label());
    }
}
