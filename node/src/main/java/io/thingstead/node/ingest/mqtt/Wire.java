package io.thingstead.node.ingest.mqtt;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import java.util.concurrent.TimeUnit;

/// The way out of one connection. A write that fails means the connection is gone, which its handler is told; so no
/// result is looked at here.
final class Wire {
    private final ChannelHandlerContext ctx;

    Wire(ChannelHandlerContext ctx) {
        this.ctx = ctx;
    }

    ByteBuf buffer(int sizeBytes) {
        return ctx.alloc().buffer(sizeBytes);
    }

    void write(Object packet) {
        var _ = ctx.write(packet, ctx.voidPromise());
    }

    void flush() {
        ctx.flush();
    }

    void send(Object packet) {
        var _ = ctx.writeAndFlush(packet, ctx.voidPromise());
    }

    void sendLast(Object packet) {
        var _ = ctx.writeAndFlush(packet).addListener(ChannelFutureListener.CLOSE);
    }

    void close() {
        var _ = ctx.close();
    }

    boolean isOpen() {
        return ctx.channel().isActive();
    }

    boolean isWritable() {
        return ctx.channel().isWritable();
    }

    void read(boolean whether) {
        ctx.channel().config().setAutoRead(whether);
    }

    boolean isOnLoop() {
        return ctx.executor().inEventLoop();
    }

    void onLoop(Runnable task) {
        ctx.executor().execute(task);
    }

    void later(Runnable task, long nanos) {
        var _ = ctx.executor().schedule(task, nanos, TimeUnit.NANOSECONDS);
    }

    void laterMs(Runnable task, long millis) {
        later(task, TimeUnit.MILLISECONDS.toNanos(millis));
    }
}
