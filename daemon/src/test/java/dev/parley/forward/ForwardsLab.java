package dev.parley.forward;

import dev.parley.channels.ChannelEngine;
import dev.parley.config.NodeConfig.ChannelLimits;
import dev.parley.link.ByteNetwork;
import dev.parley.proto.id.PeerId;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** Two nodes with forwards, with real sockets at both ends and links in memory between them. */
final class ForwardsLab implements AutoCloseable {
  static final PeerId ALICE = ByteNetwork.peer(1);
  static final PeerId BOB = ByteNetwork.peer(2);
  static final long SECONDS = 30;

  final long seed = new Random().nextLong();
  final ByteNetwork network = new ByteNetwork(new Random(seed));
  final MemoryForwardStore aliceStore = new MemoryForwardStore();
  final MemoryForwardStore bobStore = new MemoryForwardStore();
  final LocalForwards alice;
  final LocalForwards bob;
  private final ExecutorService blocking = Executors.newCachedThreadPool();
  private final Path directory;

  ForwardsLab(Path directory, Duration patience) {
    System.out.println("seed " + seed);
    this.directory = directory;
    alice = node(ALICE, aliceStore, patience);
    bob = node(BOB, bobStore, patience);
  }

  private LocalForwards node(PeerId id, MemoryForwardStore store, Duration patience) {
    ChannelEngine channels =
        ChannelEngine.start(
            network.join(id),
            new ChannelEngine.Rules(ChannelLimits.DEFAULT, peer -> true),
            new ChannelEngine.Environment(network.thread(), System::nanoTime));
    LocalForwards forwards =
        new LocalForwards(
            new LocalForwards.Parts(channels, store, directory, blocking, new Random(seed)),
            patience);
    forwards.begin();
    return forwards;
  }

  /** A node on what Alice's disk holds, as after a restart. */
  LocalForwards aliceAgain() {
    alice.close();
    return node(ALICE, aliceStore, Duration.ofSeconds(10));
  }

  static <T> T get(java.util.concurrent.CompletionStage<T> future) throws Exception {
    return future.toCompletableFuture().get(SECONDS, TimeUnit.SECONDS);
  }

  @Override
  public void close() {
    alice.close();
    bob.close();
    network.close();
    blocking.shutdownNow();
  }
}
