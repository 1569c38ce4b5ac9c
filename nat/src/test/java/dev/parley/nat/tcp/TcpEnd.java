package dev.parley.nat.tcp;

import dev.parley.nat.PeerKey;
import dev.parley.nat.path.Drop;
import dev.parley.nat.path.Flow;
import dev.parley.nat.path.FlowLookup;
import dev.parley.nat.path.NoticeSigner;
import dev.parley.nat.path.PathListener;
import dev.parley.nat.path.PathSwitch;
import dev.parley.nat.path.ProbeKeys;
import dev.parley.nat.port.IoLoop;
import dev.parley.nat.port.UdpPort;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A switch with a UDP port and a TCP port of the same number, on an event loop of its own. */
final class TcpEnd {
  private static final SecureRandom RANDOM = new SecureRandom();

  final PathSwitch paths;
  final TcpPort port;
  final Flow flow;
  private final EventLoopGroup group = IoLoop.group(1, "test-tcp");
  private final Channel udp;
  private final InetSocketAddress address;

  TcpEnd() throws Exception {
    paths =
        new PathSwitch(
            new NoFlows(), new NoSignatures(), new PathListener() {}, System::nanoTime, RANDOM);
    udp = UdpPort.open(group, new InetSocketAddress("127.0.0.1", 0), paths).sync().channel();
    address = (InetSocketAddress) udp.localAddress();
    port = new TcpPort(udp.eventLoop(), paths.tcp(), System::nanoTime, RANDOM);
    call(() -> port.listen(address)).sync();
    flow = call(() -> paths.dial(new PeerKey(0, 0, 0, 0), List.of(), List.of()));
  }

  InetSocketAddress address() {
    return address;
  }

  /** There is a link with this peer from now on. */
  void link(PeerKey peer, ProbeKeys keys) {
    run(
        () -> {
          paths.name(flow, peer);
          paths.authorize(peer, keys);
        });
  }

  long dropped(Drop reason) {
    return paths.drops().of(reason);
  }

  void run(Runnable action) {
    udp.eventLoop().submit(action).syncUninterruptibly();
  }

  <T> T call(Callable<T> action) {
    return udp.eventLoop().submit(action).syncUninterruptibly().getNow();
  }

  void close() {
    if (!group.isShuttingDown()) {
      run(port::close);
      group.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }
  }

  private static final class NoFlows implements FlowLookup {
    @Override
    public @Nullable Flow find(ByteBuf datagram) {
      return null;
    }

    @Override
    public boolean mayOpen(ByteBuf datagram) {
      return false;
    }

    @Override
    public void opened(ByteBuf datagram, Flow flow) {}

    @Override
    public void sending(ByteBuf datagram, Flow flow) {}

    @Override
    public void closed(Flow flow) {}
  }

  private static final class NoSignatures implements NoticeSigner {
    @Override
    public byte[] sign(byte[] statement) {
      return new byte[64];
    }

    @Override
    public boolean verify(PeerKey signer, byte[] statement, byte[] signature) {
      return false;
    }
  }
}
