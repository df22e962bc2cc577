package io.thingstead.node.consensus.comet;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/// Messages in a stream, each with its length in front as an unsigned varint: how ABCI and the remote signer frame.
final class Delimited {
    private static final int MAX_LENGTH_BYTES = 5;

    private Delimited() {}

    /// The next message, or null when the stream ends between messages. A length over `max` is an `IOException`.
    static byte @Nullable [] read(InputStream in, int max) throws IOException {
        long length = 0;
        for (int i = 0; ; i++) {
            int b = in.read();
            if (b < 0) {
                if (i == 0) {
                    return null;
                }
                throw new EOFException("the stream ends inside a length");
            }
            length |= (long) (b & 0x7f) << (7 * i);
            if ((b & 0x80) == 0) {
                break;
            }
            if (i == MAX_LENGTH_BYTES - 1) {
                throw new IOException("a message's length is too long");
            }
        }
        if (length > max) {
            throw new IOException("a message of " + length + " bytes, over " + max);
        }
        byte[] message = new byte[(int) length];
        if (in.readNBytes(message, 0, message.length) < message.length) {
            throw new EOFException("the stream ends inside a message");
        }
        return message;
    }
}
