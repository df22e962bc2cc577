package io.thingstead.node.consensus.comet;

import io.thingstead.kit.crypto.VerifyingKey;
import io.thingstead.kit.proof.MemberSet;
import java.util.HexFormat;

/// How CometBFT names things by their keys.
public final class CometNames {
    private CometNames() {}

    /// A member's engine on the network of engines: the first 20 bytes of the hash of its peer key.
    public static String peerId(VerifyingKey peerKey) {
        return HexFormat.of().formatHex(MemberSet.address(peerKey));
    }
}
