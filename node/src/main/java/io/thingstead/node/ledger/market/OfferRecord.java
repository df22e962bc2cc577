package io.thingstead.node.ledger.market;

import io.thingstead.kit.crypto.CborReader;
import io.thingstead.kit.crypto.CborWriter;
import io.thingstead.node.ledger.Draft;
import io.thingstead.node.ledger.StateKeys;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// An offer as the ledger keeps it while it holds.
///
/// @param offer with its contract named by the hash
/// @param running how many contracts run that took it
/// @param event that published it
public record OfferRecord(long number, Offer offer, long running, long event) {
    public static @Nullable OfferRecord of(Draft draft, long number) {
        byte[] value = draft.get(StateKeys.offer(number));
        return value == null ? null : decode(number, value);
    }

    /// Whether no further contract may begin from it now.
    public boolean isFull() {
        return offer.places() > 0 && running >= offer.places();
    }

    OfferRecord running(long now) {
        return new OfferRecord(number, offer, now, event);
    }

    void put(Draft draft) {
        draft.put(StateKeys.offer(number), encode());
    }

    List<String> subjects() {
        List<String> subjects = new ArrayList<>();
        subjects.add(StateKeys.offer(number));
        subjects.add(offer.account().value());
        if (offer.device() != null) {
            String device = Draft.subject(offer.device());
            if (!subjects.contains(device)) {
                subjects.add(device);
            }
        }
        return subjects;
    }

    byte[] encode() {
        CborWriter out = new CborWriter(256).array(3);
        offer.write(out);
        return out.integer(running).integer(event).toBytes();
    }

    public static OfferRecord decode(long number, byte[] value) {
        CborReader in = CborReader.strict(value);
        in.readArrayOf(3);
        OfferRecord read = new OfferRecord(number, Offer.read(in), in.readUint(), in.readUint());
        in.expectEnd();
        return read;
    }
}
