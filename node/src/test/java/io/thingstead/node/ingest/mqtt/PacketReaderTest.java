package io.thingstead.node.ingest.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.mqtt.MqttEncoder;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageBuilders;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttVersion;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// Packets are read as far as they say that they go, however they come, and no further.
class PacketReaderTest {
    private final List<String> read = new ArrayList<>();
    private final EmbeddedChannel channel = new EmbeddedChannel();

    PacketReaderTest() {
        PacketReader.addTo(channel.pipeline());
    }

    private static byte[] bytes(MqttMessage... messages) {
        var out = new EmbeddedChannel(MqttEncoder.INSTANCE);
        ByteBuf all = Unpooled.buffer();
        for (MqttMessage message : messages) out.writeOutbound(message);
        for (ByteBuf part = out.readOutbound(); part != null; part = out.readOutbound()) {
            all.writeBytes(part);
            part.release();
        }
        byte[] bytes = new byte[all.readableBytes()];
        all.readBytes(bytes);
        return bytes;
    }

    private static MqttMessage connect(MqttVersion version) {
        return MqttMessageBuilders.connect()
                .protocolVersion(version)
                .clientId("box")
                .username("acme:box")
                .password("secret".getBytes(StandardCharsets.UTF_8))
                .build();
    }

    private static MqttMessage publish(int payloadBytes) {
        return MqttMessageBuilders.publish()
                .topicName("v1/devices/me/frames")
                .qos(MqttQoS.AT_LEAST_ONCE)
                .messageId(7)
                .payload(Unpooled.wrappedBuffer(new byte[payloadBytes]))
                .build();
    }

    private void come(byte[] bytes) {
        channel.writeInbound(Unpooled.copiedBuffer(bytes));
        for (MqttMessage message = channel.readInbound(); message != null; message = channel.readInbound()) {
            Throwable cause = message.decoderResult().cause();
            String name = message.fixedHeader() == null
                    ? "?"
                    : String.valueOf(message.fixedHeader().messageType());
            if (message instanceof MqttPublishMessage publish && cause == null)
                name += " " + publish.payload().readableBytes();
            read.add(cause == null ? name : cause.getClass().getSimpleName());
            ReferenceCountUtil.release(message);
        }
    }

    @Test
    void packets_are_whole_however_their_bytes_come() {
        byte[] all = bytes(connect(MqttVersion.MQTT_3_1_1), publish(0), publish(300), MqttMessage.PINGREQ);
        List<String> expected = List.of("CONNECT", "PUBLISH 0", "PUBLISH 300", "PINGREQ");
        for (int part = 1; part <= all.length; part++) {
            read.clear();
            for (int at = 0; at < all.length; at += part)
                come(Arrays.copyOfRange(all, at, Math.min(all.length, at + part)));
            assertThat(read).as("in parts of " + part).isEqualTo(expected);
        }
        assertThat(channel.finish()).isFalse();
    }

    @Test
    void a_packet_that_ends_before_its_content_is_malformed_and_nothing_is_read_after_it() {
        for (MqttVersion version : List.of(MqttVersion.MQTT_3_1_1, MqttVersion.MQTT_5)) {
            byte[] whole = bytes(connect(version));
            for (int less = 1; less < whole.length - 2; less++) {
                var reader = new PacketReaderTest();
                byte[] cut = Arrays.copyOf(whole, whole.length - less);
                cut[1] -= (byte) less;
                reader.come(cut);
                reader.come(bytes(publish(20)));
                assertThat(reader.read).as(version + " less " + less).hasSize(1);
                assertThat(reader.read.getFirst()).endsWith("Exception");
            }
        }
    }

    @Test
    void a_packet_over_the_limit_is_refused_before_it_is_whole() {
        byte[] large = bytes(publish(Handshake.MOST_PACKET_BYTES));
        come(Arrays.copyOf(large, 200));
        assertThat(read).containsExactly(TooLongFrameException.class.getSimpleName());
        come(bytes(MqttMessage.PINGREQ));
        assertThat(read).hasSize(1);
    }

    @Test
    void nothing_is_read_after_a_packet_that_is_not_MQTT() {
        byte[] subscribeWithoutItsFlags = {(byte) (MqttMessageType.SUBSCRIBE.value() << 4), 2, 0, 1};
        come(subscribeWithoutItsFlags);
        come(bytes(MqttMessage.PINGREQ));
        assertThat(read).hasSize(1).first().asString().endsWith("Exception");
    }

    @Test
    void no_more_is_read_from_the_socket_than_was_asked_for() {
        var reads = new AtomicInteger();
        channel.pipeline().addFirst(new ChannelOutboundHandlerAdapter() {
            @Override
            public void read(ChannelHandlerContext ctx) {
                reads.incrementAndGet();
                ctx.read();
            }
        });
        channel.config().setAutoRead(false);
        come(bytes(connect(MqttVersion.MQTT_5), publish(10), publish(300)));
        assertThat(read).containsExactly("CONNECT", "PUBLISH 10", "PUBLISH 300");
        assertThat(reads).hasValue(0);
    }

    @Test
    void a_length_of_more_than_four_bytes_is_malformed() {
        come(new byte[] {(byte) (MqttMessageType.PUBLISH.value() << 4), -1, -1, -1, -1, 1});
        assertThat(read).hasSize(1).doesNotContain("PUBLISH 0");
    }
}
