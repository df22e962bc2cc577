package io.thingstead.kit.device;

import static org.assertj.core.api.Assertions.assertThat;

import io.thingstead.kit.crypto.Algorithm;
import io.thingstead.kit.crypto.SigningKey;
import io.thingstead.kit.device.FrameLink.Delivery;
import io.thingstead.kit.frame.FrameSigner;
import io.thingstead.kit.frame.SenMlEncoder;
import io.thingstead.kit.frame.SenMlEncoder.Measurement;
import io.thingstead.kit.model.LedgerId;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// In MQTT 3.1.1 a refused frame is acknowledged too; only the notice before it tells.
class UnderWayTest {
    private static final FrameSigner SIGNER =
            FrameSigner.of(new LedgerId(new byte[32]), SigningKey.generate(Algorithm.ED25519));
    private static final byte[] PAYLOAD =
            SenMlEncoder.encode(List.of(Measurement.of("t", "Cel", 20, 1_700_000_000_000L)));

    private final UnderWay underWay = new UnderWay();

    private static UnderWay.Sent frame(long n) {
        return UnderWay.Sent.of(SIGNER.sign(n, PAYLOAD));
    }

    private void heard(String json) {
        underWay.heard(json.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void an_acknowledgement_alone_means_accepted() {
        UnderWay.Sent sent = frame(1);
        underWay.sent(7, sent);
        assertThat(sent.done()).isNotDone();
        underWay.acknowledged(7);
        assertThat(sent.done()).isCompletedWithValue(new Delivery.Accepted());
    }

    @Test
    void an_acknowledgement_that_comes_before_the_packet_id_is_known_counts() {
        UnderWay.Sent sent = frame(1);
        underWay.acknowledged(7);
        underWay.sent(7, sent);
        assertThat(sent.done()).isCompletedWithValue(new Delivery.Accepted());
    }

    @Test
    void a_notice_refuses_the_frame_of_its_number_and_no_other() {
        UnderWay.Sent one = frame(1);
        UnderWay.Sent two = frame(2);
        underWay.sent(7, one);
        underWay.sent(8, two);
        heard("{\"refused\":\"sequence.reused\",\"text\":\"n 2 is another frame's\",\"n\":2}");
        underWay.acknowledged(7);
        underWay.acknowledged(8);
        assertThat(one.done()).isCompletedWithValue(new Delivery.Accepted());
        assertThat(two.done()).isCompletedWithValue(new Delivery.Refused("sequence.reused", "n 2 is another frame's"));
    }

    @Test
    void what_cannot_be_taken_now_is_sent_again() {
        UnderWay.Sent sent = frame(3);
        underWay.sent(7, sent);
        heard("{\"refused\":\"store.unavailable\",\"text\":\"the disk is nearly full\",\"n\":3}");
        underWay.acknowledged(7);
        assertThat(sent.done()).isCompletedWithValue(new Delivery.Failed("store.unavailable: the disk is nearly full"));
    }

    @Test
    void a_notice_that_names_no_number_leaves_nothing_accepted_by_mistake() {
        UnderWay.Sent one = frame(1);
        UnderWay.Sent two = frame(2);
        underWay.sent(7, one);
        underWay.sent(8, two);
        heard("{\"refused\":\"frame.malformed\",\"text\":\"not CBOR\"}");
        assertThat(one.done().join()).isInstanceOf(Delivery.Failed.class);
        assertThat(two.done().join()).isInstanceOf(Delivery.Failed.class);
    }

    @Test
    void a_lost_connection_fails_what_was_under_way() {
        UnderWay.Sent sent = frame(1);
        underWay.sent(7, sent);
        underWay.failed("the connection is closed");
        assertThat(sent.done()).isCompletedWithValue(new Delivery.Failed("the connection is closed"));
    }

    @Test
    void strange_messages_change_nothing() {
        long seed = Long.getLong("seed", System.nanoTime());
        System.out.println("UnderWayTest seed " + seed);
        Random random = new Random(seed);
        UnderWay.Sent sent = frame(1);
        underWay.sent(7, sent);
        String[] strange = {"", "[]", "null", "{", "{\"refused\":null}", "{\"index\":1,\"n\":1}", "{\"n\":\"x\"}"};
        for (String json : strange) heard(json);
        for (int i = 0; i < 2_000; i++) {
            byte[] bytes = new byte[random.nextInt(200)];
            random.nextBytes(bytes);
            underWay.heard(bytes);
        }
        underWay.acknowledged(7);
        assertThat(sent.done()).isCompletedWithValue(new Delivery.Accepted());
    }
}
