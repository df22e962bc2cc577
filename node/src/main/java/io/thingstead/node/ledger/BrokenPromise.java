package io.thingstead.node.ledger;

import io.thingstead.kit.crypto.CborReader;
import io.thingstead.kit.crypto.CborWriter;
import io.thingstead.kit.model.LogId;

/// A promise of a log that was not kept.
///
/// @param index the leaf that was promised
/// @param event that told it
/// @param how what became of the leaf
public record BrokenPromise(LogId log, long index, long event, How how) {
    /// What became of a promised leaf, with the numbers that stand on the ledger.
    public enum How {
        /// Another entry stands at its place, finally.
        REPLACED(1),
        /// Nothing final stands at its place though the time is over.
        LATE(2);

        private final int number;

        How(int number) {
            this.number = number;
        }

        public int number() {
            return number;
        }

        static How of(int number) {
            return number == 1 ? REPLACED : LATE;
        }
    }

    public byte[] encode() {
        return new CborWriter(16).array(2).integer(event).integer(how.number).toBytes();
    }

    /// The record at a state key.
    public static BrokenPromise decode(String stateKey, byte[] value) {
        int slash = stateKey.lastIndexOf('/');
        CborReader in = CborReader.strict(value);
        in.readArrayOf(2);
        BrokenPromise read = new BrokenPromise(
                StateKeys.logOf(StateKeys.BROKEN_PROMISES, stateKey.substring(0, slash)),
                Long.parseLong(stateKey, slash + 1, stateKey.length(), 10),
                in.readUint(),
                How.of(in.readUint(2)));
        in.expectEnd();
        return read;
    }
}
