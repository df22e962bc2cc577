package io.thingstead.node.catalogue;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.thingstead.kit.model.DeviceId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;

/// What a device's home member tells another member of it: its quantities with their newest readings, as far as they
/// are granted. That member's word, without proof.
record ToldDevice(String device, List<Quantity> quantities) {
    static final int MAX_BYTES = 1 << 20;
    private static final int MAX_QUANTITIES = 64;

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .build();

    static {
        JSON.getFactory()
                .setStreamReadConstraints(StreamReadConstraints.builder()
                        .maxDocumentLength(MAX_BYTES)
                        .maxNestingDepth(4)
                        .maxStringLength(8_192)
                        .maxNumberLength(40)
                        .build());
    }

    byte[] encode() {
        try {
            return JSON.writeValueAsBytes(this);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Empty when it is not what a member tells of this device.
    @SuppressWarnings("ReferenceEquality")
    static Optional<ToldDevice> decode(byte[] json, DeviceId of) {
        try {
            ToldDevice told = JSON.readValue(json, ToldDevice.class);
            boolean sound = told != null
                    && of.value().equals(told.device)
                    && told.quantities != null
                    && told.quantities.size() <= MAX_QUANTITIES
                    && told.quantities.stream().allMatch(q -> q != null && isWhole(q) && q.isWellFormed())
                    && told.quantities.stream().map(Quantity::name).allMatch(new HashSet<>()::add);
            return sound ? Optional.of(told) : Optional.empty();
        } catch (JacksonException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// JSON may hold null where a record says that it does not.
    @SuppressWarnings("NullAway")
    private static boolean isWhole(Quantity quantity) {
        return quantity.name() != null
                && quantity.type() != null
                && quantity.value() != null
                && quantity.trust() != null;
    }
}
