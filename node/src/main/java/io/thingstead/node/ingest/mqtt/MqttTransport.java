package io.thingstead.node.ingest.mqtt;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.mqtt.MqttEncoder;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.GlobalEventExecutor;
import io.thingstead.node.api.Admissions;
import io.thingstead.node.ingest.Intake;
import io.thingstead.node.ingest.Transport;
import io.thingstead.node.log.LogReader;
import io.thingstead.node.tls.ServerTls;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Devices over MQTT: a port, some event loops, and a connection on one of them for each device. Signatures are
/// verified on those loops, so there are as many as processors, and none ever waits.
public final class MqttTransport implements Transport {
    /// Read from one connection before the next has its turn: some 40 small frames, so that no flood keeps the others
    /// waiting for longer than it takes to verify those.
    private static final int READ_BYTES = 4_096;

    /// What may lie unread by a client before nothing is read from it.
    private static final WriteBufferWaterMark UNREAD = new WriteBufferWaterMark(32 * 1_024, 64 * 1_024);

    private static final int BACKLOG = 1_024;
    private static final long QUIET_MS = 50;
    private static final long END_MS = 2_000;

    private final MqttSettings settings;
    private final MqttServer server;
    private final ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    private @Nullable EventLoopGroup loops;
    private @Nullable Channel listening;
    private @Nullable Channel listeningSecured;

    /// @param log whose checkpoints receipts are proven under
    public MqttTransport(MqttSettings settings, Intake intake, LogReader log, MqttCounters counters) {
        this.settings = settings;
        this.server = new MqttServer(
                settings,
                intake,
                new Handshake(intake),
                new Admissions(settings.maxConnections(), settings.maxConnectionsPerAddress()),
                new Sessions(),
                new ReceiptFeed(log),
                counters,
                new ConcurrentHashMap<>());
        counters.show(server.admissions());
    }

    /// Open connections.
    public int open() {
        return server.admissions().open();
    }

    @Override
    public String name() {
        return "mqtt";
    }

    /// Throws `UncheckedIOException` when the port is taken.
    @Override
    public void start() {
        boolean isNative = Epoll.isAvailable();
        IoHandlerFactory io = isNative ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
        Class<? extends ServerChannel> channels =
                isNative ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
        EventLoopGroup group =
                new MultiThreadIoEventLoopGroup(settings.threads(), new DefaultThreadFactory("mqtt"), io);
        loops = group;
        var bootstrap = new ServerBootstrap().group(group).channel(channels);
        listening = bound(bootstrap, settings.host(), settings.port(), null);
        MqttSettings.Secured secured = settings.secured();
        if (secured != null) {
            listeningSecured = bound(bootstrap.clone(), secured.host(), secured.port(), secured.tls());
        }
        server.receipts().start();
    }

    private Channel bound(ServerBootstrap bootstrap, String host, int port, @Nullable ServerTls tls) {
        var bound = bootstrap
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.SO_KEEPALIVE, true)
                .childOption(
                        ChannelOption.RECVBUF_ALLOCATOR,
                        new FixedRecvByteBufAllocator(READ_BYTES).maxMessagesPerRead(1))
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, UNREAD)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        connections.add(channel);
                        if (tls != null) {
                            var secured = new SslHandler(tls.engine());
                            secured.setHandshakeTimeoutMillis(settings.connectMillis());
                            channel.pipeline().addLast(secured);
                        }
                        PacketReader.addTo(channel.pipeline());
                        channel.pipeline().addLast(MqttEncoder.INSTANCE, new MqttConnection(server));
                    }
                })
                .bind(host, port)
                .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            close();
            throw new java.io.UncheckedIOException(
                    "cannot listen for MQTT on %s:%d".formatted(host, port), bindException(bound.cause()));
        }
        return bound.channel();
    }

    private static BindException bindException(@Nullable Throwable cause) {
        BindException trouble =
                new BindException(cause == null ? "no reason given" : String.valueOf(cause.getMessage()));
        trouble.initCause(cause);
        return trouble;
    }

    @Override
    public int port() {
        return ((InetSocketAddress) Objects.requireNonNull(listening, "started").localAddress()).getPort();
    }

    /// Where it listens with TLS, 0: nowhere.
    public int securedPort() {
        Channel secured = listeningSecured;
        return secured == null ? 0 : ((InetSocketAddress) secured.localAddress()).getPort();
    }

    /// Frames that were handed to the log are not lost by this; their devices learn it when they send again.
    @Override
    public void close() {
        for (Channel port : new @Nullable Channel[] {listening, listeningSecured}) {
            if (port != null) {
                var _ = port.close().awaitUninterruptibly();
            }
        }
        server.receipts().close();
        for (Channel connection : connections) {
            MqttConnection handler = connection.pipeline().get(MqttConnection.class);
            if (handler != null) {
                handler.shutDown();
            }
        }
        EventLoopGroup group = loops;
        if (group != null) {
            var _ = group.shutdownGracefully(QUIET_MS, END_MS, TimeUnit.MILLISECONDS)
                    .awaitUninterruptibly();
        }
    }
}
