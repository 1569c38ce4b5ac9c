package dev.parley.nat.netcheck;

import dev.parley.nat.stun.StunAttributes;
import dev.parley.nat.stun.StunClass;
import dev.parley.nat.stun.StunClient;
import dev.parley.nat.stun.StunMessage;
import dev.parley.nat.stun.StunWriter;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * A host behind a NAT, and STUN servers with two addresses and two ports each (RFC 5780), on the
 * embedded event loop, whose time moves only when {@link #finish} says so.
 */
final class StunWorld implements AutoCloseable {
  static final int PORT = 3478;
  static final int OTHER_PORT = 3479;

  final EmbeddedChannel channel = new EmbeddedChannel();
  final StunClient client = new StunClient(channel.eventLoop(), new Random(1), this::send);
  final Netcheck netcheck = new Netcheck(client);

  /** Where datagrams went, and whether they asked for an answer from elsewhere. */
  final List<Sent> sent = new ArrayList<>();

  /** By host, the other address that it tells; a host that is missing does not exist. */
  final Map<String, Optional<InetSocketAddress>> servers = new HashMap<>();

  NatBehavior mapping = NatBehavior.ENDPOINT_INDEPENDENT;
  NatBehavior filtering = NatBehavior.ENDPOINT_INDEPENDENT;
  boolean hairpin;
  String outside = "203.0.113.7";
  private final Map<String, Integer> mapped = new HashMap<>();
  private final Set<InetSocketAddress> asked = new HashSet<>();

  record Sent(InetSocketAddress to, int change) {}

  StunWorld() {
    channel.freezeTime();
  }

  static InetSocketAddress at(String host, int port) {
    return new InetSocketAddress(host, port);
  }

  /** A server that has another address. */
  StunWorld server(String host, String other) {
    servers.put(host, Optional.of(at(other, OTHER_PORT)));
    servers.put(other, Optional.of(at(host, PORT)));
    return this;
  }

  /** One that answers plain requests alone. */
  StunWorld plainServer(String host) {
    servers.put(host, Optional.empty());
    return this;
  }

  NatReport finish(CompletableFuture<NatReport> report) {
    for (int i = 0; i < 400 && !report.isDone(); i++) {
      channel.advanceTimeBy(50, TimeUnit.MILLISECONDS);
      channel.runPendingTasks();
      channel.runScheduledPendingTasks();
    }
    return report.getNow(null);
  }

  private void send(ByteBuf datagram, InetSocketAddress to) {
    StunMessage request = StunMessage.parse(datagram).orElseThrow();
    int change = request.attribute(StunAttributes.CHANGE_REQUEST).map(ByteBuf::readInt).orElse(0);
    sent.add(new Sent(to, change));
    asked.add(to);
    InetSocketAddress from = outer(to);
    if (to.getAddress().equals(from.getAddress())) {
      if (hairpin) {
        deliver(datagram, from);
      } else {
        datagram.release();
      }
      return;
    }
    Optional<InetSocketAddress> other = servers.get(to.getHostString());
    if (other == null) {
      datagram.release();
      return;
    }
    StunWriter answer =
        StunWriter.binding(StunClass.SUCCESS, request.transactionId()).xorMappedAddress(from);
    other.ifPresent(o -> answer.attribute(StunAttributes.OTHER_ADDRESS, encoded(o)));
    datagram.release();
    InetSocketAddress origin =
        switch (change) {
          case 2 -> at(to.getHostString(), other.orElseThrow().getPort());
          case 6 -> other.orElseThrow();
          default -> to;
        };
    if (letsIn(origin)) {
      deliver(answer.finish(UnpooledByteBufAllocator.DEFAULT), origin);
    }
  }

  private InetSocketAddress outer(InetSocketAddress to) {
    String key =
        switch (mapping) {
          case ADDRESS_DEPENDENT -> to.getHostString();
          case ADDRESS_AND_PORT_DEPENDENT -> to.toString();
          default -> "";
        };
    return at(outside, 40_000 + mapped.computeIfAbsent(key, k -> mapped.size()));
  }

  private boolean letsIn(InetSocketAddress origin) {
    return switch (filtering) {
      case ADDRESS_DEPENDENT ->
          asked.stream().anyMatch(a -> a.getAddress().equals(origin.getAddress()));
      case ADDRESS_AND_PORT_DEPENDENT -> asked.contains(origin);
      default -> true;
    };
  }

  private void deliver(ByteBuf datagram, InetSocketAddress from) {
    channel
        .eventLoop()
        .execute(
            () -> {
              client.onDatagram(datagram, from);
              datagram.release();
            });
  }

  private static ByteBuf encoded(InetSocketAddress address) {
    return Unpooled.buffer()
        .writeShort(1)
        .writeShort(address.getPort())
        .writeBytes(address.getAddress().getAddress());
  }

  @Override
  public void close() {
    client.close();
    channel.close();
  }
}
