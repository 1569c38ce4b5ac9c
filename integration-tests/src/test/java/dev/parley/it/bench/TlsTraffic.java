package dev.parley.it.bench;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import javax.net.ssl.KeyManagerFactory;

/**
 * Bytes one way over TCP and TLS 1.3, as a program on Netty would send them: {@code serve ADDRESS
 * PORT} counts and prints, {@code send ADDRESS PORT} sends until it is killed.
 */
final class TlsTraffic {
  private static final char[] PASSWORD = "throwaway".toCharArray();
  private static final String KEYS = "tls.p12";
  private static final int CHUNK_BYTES = 64 * 1024;
  private static final int WARM_UP_SECONDS = 4;
  private static final int SECONDS = 5;

  private TlsTraffic() {}

  private static SslProvider provider() {
    return OpenSsl.isAvailable() ? SslProvider.OPENSSL : SslProvider.JDK;
  }

  static String description() {
    return "Netty, TCP and TLS 1.3 (" + provider() + "'s), one stream";
  }

  static void makeKey(Path directory) throws Exception {
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
            "-genkeypair",
            "-keyalg",
            "EC",
            "-dname",
            "CN=bench",
            "-storepass",
            new String(PASSWORD),
            "-keystore",
            directory.resolve(KEYS).toString());
    if (new ProcessBuilder(command).inheritIO().start().waitFor() != 0) {
      throw new IllegalStateException("keytool failed");
    }
  }

  public static void main(String[] arguments) throws Exception {
    MultiThreadIoEventLoopGroup group =
        new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
    int port = Integer.parseInt(arguments[2]);
    if (arguments[0].equals("serve")) {
      serve(group, arguments[1], port);
    } else {
      send(group, arguments[1], port);
    }
  }

  private static void serve(MultiThreadIoEventLoopGroup group, String address, int port)
      throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(Path.of(KEYS))) {
      store.load(in, PASSWORD);
    }
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(store, PASSWORD);
    SslContext tls =
        SslContextBuilder.forServer(keys).sslProvider(provider()).protocols("TLSv1.3").build();
    LongAdder bytes = new LongAdder();
    new ServerBootstrap()
        .group(group)
        .channel(EpollServerSocketChannel.class)
        .childHandler(new Pipeline(tls, new Counting(bytes)))
        .bind(address, port)
        .sync();
    System.out.println("ready");
    System.out.println("mbit " + Rate.of(bytes::sum, WARM_UP_SECONDS, SECONDS));
  }

  private static void send(MultiThreadIoEventLoopGroup group, String address, int port)
      throws Exception {
    SslContext tls =
        SslContextBuilder.forClient()
            .sslProvider(provider())
            .protocols("TLSv1.3")
            .trustManager(InsecureTrustManagerFactory.INSTANCE)
            .endpointIdentificationAlgorithm(null)
            .build();
    new Bootstrap()
        .group(group)
        .channel(EpollSocketChannel.class)
        .handler(new Pipeline(tls, new Filling()))
        .connect(address, port)
        .sync()
        .channel()
        .closeFuture()
        .sync();
  }

  private static final class Pipeline extends ChannelInitializer<Channel> {
    private final SslContext tls;
    private final ChannelInboundHandlerAdapter handler;

    Pipeline(SslContext tls, ChannelInboundHandlerAdapter handler) {
      this.tls = tls;
      this.handler = handler;
    }

    @Override
    protected void initChannel(Channel channel) {
      channel.pipeline().addLast(tls.newHandler(channel.alloc()), handler);
    }
  }

  private static final class Counting extends ChannelInboundHandlerAdapter {
    private final LongAdder bytes;

    Counting(LongAdder bytes) {
      this.bytes = bytes;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      ByteBuf read = (ByteBuf) message;
      bytes.add(read.readableBytes());
      read.release();
    }
  }

  /** Writes for as long as there is room. */
  private static final class Filling extends ChannelInboundHandlerAdapter {
    private final ByteBuf chunk =
        Unpooled.unreleasableBuffer(Unpooled.directBuffer(CHUNK_BYTES).writeZero(CHUNK_BYTES));

    @Override
    public void channelActive(ChannelHandlerContext context) {
      fill(context);
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
      fill(context);
    }

    private void fill(ChannelHandlerContext context) {
      while (context.channel().isWritable()) {
        context.writeAndFlush(chunk.duplicate(), context.voidPromise());
      }
    }
  }
}
