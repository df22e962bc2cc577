package io.thingstead.node.ingest.mqtt;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.CorruptedFrameException;
import io.netty.handler.codec.mqtt.MqttDecoder;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageFactory;
import java.util.List;

/// Reads packets, each as many bytes as its fixed header says (MQTT 5 §1.5.5 and §2.1.4). One that ends before its
/// content does is malformed, where the decoder alone would wait for more and read on in the packet that follows. What
/// is too long, or says its length in more bytes than there may be, goes to the decoder as it comes, and is refused
/// there.
final class PacketReader extends ByteToMessageDecoder {
    private static final int MOST_LENGTH_BYTES = 4;

    private final Read read = new Read();
    private boolean isAsItComes;
    private boolean isMalformed;

    /// What comes out of the decoder. After what it could not read nothing is read any more.
    private final class Read extends ChannelInboundHandlerAdapter {
        private boolean isAwaited;

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            isAwaited = false;
            if (message instanceof MqttMessage read && read.decoderResult().isFailure()) isMalformed = true;
            ctx.fireChannelRead(message);
        }
    }

    private PacketReader() {}

    /// From here on the messages are MQTT's.
    static void addTo(ChannelPipeline pipeline) {
        var reader = new PacketReader();
        pipeline.addLast(reader, new MqttDecoder(Handshake.MOST_PACKET_BYTES, Handshake.MOST_CLIENT_ID), reader.read);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object bytes) throws Exception {
        super.channelRead(ctx, bytes);
        requireRead(ctx);
    }

    /// Hands on one packet through `out` alone: what is fired past it is not known to have been read, and more would be
    /// read from a client that is to wait.
    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
        requireRead(ctx);
        if (isMalformed) {
            in.skipBytes(in.readableBytes());
            return;
        }
        int bytes = isAsItComes ? in.readableBytes() : length(in);
        if (bytes == 0 || in.readableBytes() < bytes) return;
        read.isAwaited = !isAsItComes;
        out.add(in.readRetainedSlice(bytes));
    }

    /// That the packet before was whole: something came out of the decoder.
    private void requireRead(ChannelHandlerContext ctx) {
        if (!read.isAwaited) return;
        read.isAwaited = false;
        isMalformed = true;
        ctx.pipeline()
                .context(read)
                .fireChannelRead(MqttMessageFactory.newInvalidMessage(
                        new CorruptedFrameException("the packet ends before its content")));
    }

    /// Of the next packet, 0 while it is not known.
    private int length(ByteBuf in) {
        int length = 0;
        for (int i = 1; i <= MOST_LENGTH_BYTES; i++) {
            if (in.readableBytes() <= i) return 0;
            int digit = in.getUnsignedByte(in.readerIndex() + i);
            length |= (digit & 0x7f) << (7 * (i - 1));
            if (digit < 0x80 && length <= Handshake.MOST_PACKET_BYTES) return 1 + i + length;
            if (digit < 0x80) break;
        }
        isAsItComes = true;
        return in.readableBytes();
    }
}
