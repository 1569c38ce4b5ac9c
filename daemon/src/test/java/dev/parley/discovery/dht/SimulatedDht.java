package dev.parley.discovery.dht;

import com.google.common.collect.ImmutableList;
import com.google.protobuf.ByteString;
import dev.parley.discovery.DiscoveryRecord;
import dev.parley.identity.Identity;
import dev.parley.proto.id.PeerId;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** A DHT in one thread, with a time of its own. Everything left to chance comes from one seed. */
final class SimulatedDht {
  private static final int CLIENT_PORT = 9_000;

  final List<StoringNode> nodes = new ArrayList<>();
  final Random random;
  private final Map<InetSocketAddress, StoringNode> byAddress = new HashMap<>();
  private final Map<InetSocketAddress, MainlineDht> clients = new HashMap<>();
  private final Queue<Runnable> wire = new ArrayDeque<>();
  private long now;
  int sent;

  SimulatedDht(int size, long seed) {
    this.random = new Random(seed);
    for (int i = 0; i < size; i++) {
      InetSocketAddress address = new InetSocketAddress("127.0.0.1", 10_000 + i);
      StoringNode node = new StoringNode(NodeId.random(random).bytes(), address, nodes);
      nodes.add(node);
      byAddress.put(address, node);
    }
  }

  MainlineDht client(Identity identity) {
    InetSocketAddress self = new InetSocketAddress("127.0.0.1", CLIENT_PORT + clients.size());
    MainlineDht client =
        new MainlineDht(
            new MainlineDht.Surroundings(
                identity,
                (to, datagram) -> send(self, to, datagram),
                () ->
                    CompletableFuture.completedFuture(
                        ImmutableList.of(nodes.get(0).address, nodes.get(1).address)),
                Clock.systemUTC(),
                () -> now,
                random));
    clients.put(self, client);
    return client;
  }

  private void send(InetSocketAddress from, InetSocketAddress to, ByteString datagram) {
    sent++;
    StoringNode node = byAddress.get(to);
    if (node != null) {
      wire.add(
          () ->
              node.answer(datagram.toByteArray())
                  .ifPresent(answer -> clients.get(from).onDatagram(to, answer.toByteArray())));
    }
  }

  /** Lets time pass until this holds; fails after so long. */
  void await(BooleanSupplier condition, long seconds) {
    long end = now + TimeUnit.SECONDS.toNanos(seconds);
    while (!condition.getAsBoolean()) {
      if (now > end) {
        throw new AssertionError("not within " + seconds + " s");
      }
      step();
    }
  }

  void pass(long seconds) {
    long end = now + TimeUnit.SECONDS.toNanos(seconds);
    while (now < end) {
      step();
    }
  }

  private void step() {
    for (Runnable next = wire.poll(); next != null; next = wire.poll()) {
      next.run();
    }
    now += TimeUnit.MILLISECONDS.toNanos(MainlineDht.TICK_MILLIS);
    clients.values().forEach(MainlineDht::tick);
  }

  Optional<DiscoveryRecord> find(MainlineDht client, PeerId peer) {
    CompletableFuture<Optional<DiscoveryRecord>> found = client.find(peer);
    await(found::isDone, 300);
    return found.join();
  }

  /** The nodes that keep an item of this peer. */
  long keepers(PeerId peer) {
    NodeId target = target(peer);
    return nodes.stream().filter(node -> node.items.containsKey(target)).count();
  }

  static NodeId target(PeerId peer) {
    return MutableItem.target(peer.key(), RecordItems.salt(peer));
  }
}
