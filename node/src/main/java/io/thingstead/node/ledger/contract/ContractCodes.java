package io.thingstead.node.ledger.contract;

import io.thingstead.node.contract.Code;
import io.thingstead.node.contract.ContractCodec;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/// Contracts made ready to be checked and to run, the ones used last: all contracts of a kind share one. Nothing
/// depends
/// on what is here, only how long it takes.
public final class ContractCodes {
    private static final int MOST = 256;

    private final Map<ByteBuffer, Code> codes = new LinkedHashMap<>(64, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<ByteBuffer, Code> eldest) {
            return size() > MOST;
        }
    };

    /// @param bytes of a contract, checked or not
    /// @throws io.thingstead.kit.crypto.CborMalformed where they are none
    public Code of(byte[] hash, byte[] bytes) {
        return of(hash, () -> bytes);
    }

    /// The same where reading the bytes costs something: they are asked for only where the contract is not here.
    public Code of(byte[] hash, Supplier<byte[]> bytes) {
        return codes.computeIfAbsent(ByteBuffer.wrap(hash), _ -> new Code(ContractCodec.decode(bytes.get())));
    }
}
