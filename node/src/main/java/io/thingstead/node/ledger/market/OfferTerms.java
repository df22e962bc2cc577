package io.thingstead.node.ledger.market;

import io.thingstead.kit.crypto.CborReader;
import io.thingstead.kit.crypto.CborWriter;
import java.util.ArrayList;
import java.util.List;

/// What who offers by a contract has laid down for its terms.
///
/// @param values of all its terms, as bytes
/// @param open the terms whose values who takes it may change
public record OfferTerms(byte[] values, List<String> open) {
    public static final int MAX_VALUES = 32_768;
    public static final int MAX_OPEN = 16;

    public OfferTerms {
        open = List.copyOf(open);
    }

    public static OfferTerms read(CborReader in) {
        in.readArrayOf(2);
        byte[] values = in.readBytes(MAX_VALUES);
        List<String> open = new ArrayList<>();
        for (int left = in.readArray(MAX_OPEN); left > 0; left--) {
            open.add(in.readText(32));
        }
        return new OfferTerms(values, open);
    }

    public void write(CborWriter out) {
        out.array(2).bytes(values).array(open.size());
        open.forEach(out::text);
    }

    byte[] encode() {
        CborWriter out = new CborWriter(values.length + 64);
        write(out);
        return out.toBytes();
    }

    public static OfferTerms decode(byte[] value) {
        CborReader in = CborReader.strict(value);
        OfferTerms read = read(in);
        in.expectEnd();
        return read;
    }
}
