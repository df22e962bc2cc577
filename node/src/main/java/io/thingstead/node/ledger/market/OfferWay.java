package io.thingstead.node.ledger.market;

import io.thingstead.kit.crypto.CborMalformed;
import io.thingstead.kit.crypto.CborReader;
import io.thingstead.kit.crypto.CborWriter;
import io.thingstead.node.contract.ContractCodec;

/// How an offer is taken.
public sealed interface OfferWay {
    /// By asking for it, and paying for each request with a voucher of a payment channel (HTTP 402).
    ///
    /// @param url where it is asked for
    record ByRequest(String url) implements OfferWay {}

    /// By a contract, which begins when all parties but who offers have signed it.
    ///
    /// @param contract its bytes, or its hash
    /// @param party which one of its parties offers
    record ByContract(byte[] contract, String party) implements OfferWay {}

    int MAX_URL = 200;
    int HASH = 32;

    static OfferWay read(CborReader in) {
        int parts = in.readArray(3);
        long kind = in.readUint();
        if (kind == 1 && parts == 2) {
            return new ByRequest(in.readText(MAX_URL));
        }
        if (kind == 2 && parts == 3) {
            return new ByContract(in.readBytes(ContractCodec.MAX_BYTES), in.readText(32));
        }
        throw new CborMalformed("no way to take an offer");
    }

    default void write(CborWriter out) {
        switch (this) {
            case ByRequest(String url) -> out.array(2).integer(1).text(url);
            case ByContract(byte[] contract, String party) ->
                out.array(3).integer(2).bytes(contract).text(party);
        }
    }
}
