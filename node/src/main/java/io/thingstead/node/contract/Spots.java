package io.thingstead.node.contract;

import java.util.Map;
import java.util.TreeMap;

/// Where a contract's parts stand in its text, by their path: `states.travelling.on.delivered`.
public record Spots(Map<String, Spot> byPath) {
    public static final Spots NONE = new Spots(new TreeMap<>());

    /// The place of a part, or of the nearest part around it that is known.
    public Spot at(String path) {
        String known = path;
        while (true) {
            Spot spot = byPath.get(known);
            if (spot != null) {
                return spot;
            }
            int dot = known.lastIndexOf('.');
            if (dot < 0) {
                return Spot.NOWHERE;
            }
            known = known.substring(0, dot);
        }
    }
}
