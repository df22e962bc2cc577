package io.thingstead.node.log;

import io.thingstead.kit.crypto.Sha256;
import io.thingstead.kit.model.DeviceId;
import io.thingstead.kit.model.Thumbprint;
import io.thingstead.kit.model.TrustLevel;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/// Submissions in great number for tests that only need leaves: numbered contents without a signature.
final class Contents {
    private static final DeviceStream STREAM =
            new DeviceStream(new Thumbprint(new byte[32]), DeviceId.of("acme:many"), false, TrustLevel.DEVICE_SIGNED);

    private Contents() {}

    static List<TestDevice.Sent> numbered(long first, int count) {
        var all = new ArrayList<TestDevice.Sent>(count);
        for (long n = first; n < first + count; n++) {
            var content = ByteBuffer.allocate(8).putLong(n).array();
            all.add(new TestDevice.Sent(STREAM, n, -1, Sha256.of(content), content));
        }
        return all;
    }
}
