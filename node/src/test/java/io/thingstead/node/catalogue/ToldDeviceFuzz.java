package io.thingstead.node.catalogue;

import static org.assertj.core.api.Assertions.assertThat;

import io.thingstead.kit.Mutations;
import io.thingstead.kit.Seeded;
import io.thingstead.kit.model.DeviceId;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// What another member may tell of a device: understood as it is meant, or not at all.
class ToldDeviceFuzz {
    private static final DeviceId BOX = DeviceId.of("bolt:box");
    private static final ToldDevice TOLD = new ToldDevice(
            "bolt:box",
            List.of(
                    new Quantity("temperature", "number", "Cel", 21.5, 5, 6, "device-signed"),
                    new Quantity("cpu/load", "string", null, "high", 5, 6, "member-attested"),
                    new Quantity("open", "boolean", null, true, 5, 6, "gateway-signed")));

    private static boolean isTaken(String json) {
        return ToldDevice.decode(json.getBytes(StandardCharsets.UTF_8), BOX).isPresent();
    }

    @Test
    void what_is_told_is_understood() {
        assertThat(ToldDevice.decode(TOLD.encode(), BOX)).contains(TOLD);
        assertThat(ToldDevice.decode(TOLD.encode(), DeviceId.of("bolt:other"))).isEmpty();
    }

    @Test
    void mutations() {
        Random random = Seeded.random(ToldDeviceFuzz.class);
        byte[] good = TOLD.encode();
        for (int round = 0; round < 50_000; round++) {
            ToldDevice.decode(Mutations.of(good, random), BOX)
                    .ifPresent(told -> assertThat(told.quantities()).allMatch(Quantity::isWellFormed));
        }
    }

    @Test
    void what_is_none_is_refused() {
        String good = "{\"device\":\"bolt:box\",\"quantities\":[{\"name\":\"t\",\"type\":\"number\",\"unit\":\"Cel\","
                + "\"value\":1,\"timeMs\":1,\"receivedMs\":1,\"trust\":\"device-signed\",\"later\":7}]}";
        assertThat(isTaken(good)).isTrue();
        for (String bad : List.of(
                "",
                "null",
                "[]",
                "{}",
                "{\"device\":\"bolt:box\"}",
                "{\"device\":\"bolt:box\",\"quantities\":null}",
                "{\"device\":\"bolt:box\",\"quantities\":[null]}",
                good.replace("\"t\"", "\"<b>\""),
                good.replace("\"t\"", "null"),
                good.replace("\"number\"", "\"string\""),
                good.replace("\"number\"", "null"),
                good.replace("\"value\":1", "\"value\":null"),
                good.replace("\"value\":1", "\"value\":[[[[[[[[1]]]]]]]]"),
                good.replace("\"value\":1", "\"value\":{}"),
                good.replace("\"value\":1", "\"value\":\"1\""),
                good.replace("\"timeMs\":1", "\"timeMs\":-1"),
                good.replace("\"timeMs\":1", "\"timeMs\":\"1\""),
                good.replace("\"Cel\"", "\"" + "C".repeat(33) + "\""),
                good.replace("}]", "},".repeat(1) + good.substring(good.indexOf("[") + 1, good.indexOf("]")) + "]"),
                good + " {}")) {
            assertThat(isTaken(bad)).as(bad).isFalse();
        }
    }
}
