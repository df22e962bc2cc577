package io.thingstead.bench;

import io.thingstead.kit.crypto.Connect;
import io.thingstead.kit.model.LedgerId;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/// How a device of the bench begins an MQTT 3.1.1 connection: it proves its key in the CONNECT.
final class MqttHello {
    private static final int HANDSHAKE_MS = 10_000;

    private MqttHello() {}

    /// A connection that the node has accepted.
    static SocketChannel connected(int port, LedgerId ledger, Fleet.Member member, int keepAliveSeconds)
            throws IOException {
        SocketChannel channel = SocketChannel.open();
        try {
            channel.socket().connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), HANDSHAKE_MS);
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            byte[] proof = Connect.sign(member.device(), System.currentTimeMillis(), ledger, member.key());
            String password = Base64.getUrlEncoder().withoutPadding().encodeToString(proof);
            channel.write(ByteBuffer.wrap(connect(member.device().value(), password, keepAliveSeconds)));
            byte[] answer = channel.socket().getInputStream().readNBytes(4);
            if (answer.length < 4 || answer[0] != 0x20 || answer[3] != 0) {
                throw new IOException("the node refused the connection of " + member.device());
            }
            return channel;
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    private static byte[] connect(String device, String password, int keepAliveSeconds) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        text(body, "MQTT");
        body.write(4);
        body.write(0xC2);
        body.write(keepAliveSeconds >> 8);
        body.write(keepAliveSeconds);
        text(body, device);
        text(body, device);
        text(body, password);
        ByteBuffer packet = ByteBuffer.allocate(body.size() + 5);
        packet.put((byte) 0x10);
        putLength(packet, body.size());
        packet.put(body.toByteArray()).flip();
        byte[] bytes = new byte[packet.remaining()];
        packet.get(bytes);
        return bytes;
    }

    private static void text(ByteArrayOutputStream out, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.write(bytes.length >> 8);
        out.write(bytes.length);
        out.writeBytes(bytes);
    }

    static void putLength(ByteBuffer packet, int length) {
        int left = length;
        do {
            packet.put((byte) (left > 127 ? (left & 127) | 128 : left));
            left >>= 7;
        } while (left > 0);
    }
}
