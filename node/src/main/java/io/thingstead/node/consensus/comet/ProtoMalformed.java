package io.thingstead.node.consensus.comet;

/// Bytes that are not a protobuf message of the expected form. Never leaves the package.
final class ProtoMalformed extends RuntimeException {
    ProtoMalformed(String message) {
        super(message, null, false, false);
    }
}
