package io.thingstead.kit.device;

import static org.assertj.core.api.Assertions.assertThat;

import io.thingstead.kit.Seeded;
import io.thingstead.kit.device.FrameLink.Delivery;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/// In MQTT 3.1.1 a refused frame is acknowledged too; only the notice before it tells.
class UnderWayTest {
    private final UnderWay underWay = new UnderWay();

    private CompletableFuture<Delivery> sent(int packetId) {
        CompletableFuture<Delivery> frame = new CompletableFuture<>();
        underWay.sent(packetId, frame);
        return frame;
    }

    private void heard(String json) {
        underWay.heard(json.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void an_acknowledgement_alone_means_accepted() {
        var frame = sent(7);
        assertThat(frame).isNotDone();
        underWay.acknowledged(7);
        assertThat(frame).isCompletedWithValue(new Delivery.Accepted());
    }

    @Test
    void what_comes_before_the_packet_id_is_known_counts() {
        underWay.acknowledged(7);
        assertThat(sent(7)).isCompletedWithValue(new Delivery.Accepted());
        heard("{\"refused\":\"frame.malformed\",\"text\":\"not CBOR\",\"packet\":8}");
        underWay.acknowledged(8);
        assertThat(sent(8)).isCompletedWithValue(new Delivery.Refused("frame.malformed", "not CBOR"));
    }

    @Test
    void a_notice_refuses_its_packet_and_no_other_even_of_the_same_number() {
        var one = sent(7);
        var two = sent(8);
        heard("{\"refused\":\"sequence.reused\",\"text\":\"n 2 is another frame's\",\"n\":2,\"packet\":8}");
        underWay.acknowledged(7);
        underWay.acknowledged(8);
        assertThat(one).isCompletedWithValue(new Delivery.Accepted());
        assertThat(two).isCompletedWithValue(new Delivery.Refused("sequence.reused", "n 2 is another frame's"));
    }

    @Test
    void what_cannot_be_taken_now_is_sent_again() {
        var frame = sent(7);
        heard("{\"refused\":\"store.unavailable\",\"text\":\"the disk is nearly full\",\"n\":3,\"packet\":7}");
        underWay.acknowledged(7);
        assertThat(frame).isCompletedWithValue(new Delivery.Failed("store.unavailable: the disk is nearly full"));
    }

    @Test
    void a_lost_connection_fails_what_was_under_way() {
        var frame = sent(7);
        underWay.failed("the connection is closed");
        assertThat(frame).isCompletedWithValue(new Delivery.Failed("the connection is closed"));
    }

    @Test
    void strange_messages_change_nothing() {
        Random random = Seeded.random(UnderWayTest.class);
        var frame = sent(7);
        String[] strange = {
            "",
            "[]",
            "null",
            "{",
            "{\"refused\":null,\"packet\":7}",
            "{\"refused\":\"x\"}",
            "{\"refused\":\"x\",\"packet\":\"7\"}",
            "{\"refused\":\"x\",\"packet\":4294967303}",
            "{\"refused\":\"x\",\"packet\":0}",
            "{\"index\":1,\"n\":1,\"packet\":7}"
        };
        for (String json : strange) heard(json);
        for (int i = 0; i < 2_000; i++) underWay.heard(Seeded.bytes(random, random.nextInt(200)));
        underWay.acknowledged(7);
        assertThat(frame).isCompletedWithValue(new Delivery.Accepted());
    }
}
