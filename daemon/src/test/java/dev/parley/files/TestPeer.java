package dev.parley.files;

import dev.parley.link.ByteNetwork;
import dev.parley.proto.id.PeerId;
import java.io.UncheckedIOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** A node's transfers on a network in memory, with a disk that outlives it. */
final class TestPeer {
  static final Duration PATIENCE = Duration.ofMinutes(2);

  final PeerId id;
  final Path home;
  final MemoryFileStore store = new MemoryFileStore();
  final AtomicLong written = new AtomicLong();
  volatile boolean acceptsAtOnce = true;
  volatile Predicate<PeerId> contacts = peer -> true;
  volatile UnaryOperator<SeekableByteChannel> disk = channel -> channel;
  ByteNetwork.Node links;
  FilesEngine engine;
  private final ByteNetwork network;
  private final ScheduledExecutorService timers = Executors.newSingleThreadScheduledExecutor();
  private final Map<TransferId, Transfer> newest = new ConcurrentHashMap<>();
  private final Object change = new Object();

  TestPeer(ByteNetwork network, int number, Path directory) throws Exception {
    this.network = network;
    this.id = ByteNetwork.peer(number);
    this.home = Files.createDirectories(directory.resolve("peer" + number));
    start();
  }

  /** Begins on what the last run has left; that one is gone, as by a crash. */
  void start() throws Exception {
    if (engine != null) {
      engine.crash();
    }
    links = network.join(id);
    engine =
        FilesEngine.start(
            store,
            links,
            new FilesEngine.Rules(
                peer -> contacts.test(peer), (peer, bytes) -> acceptsAtOnce, downloads()),
            new FilesEngine.Environment(
                Clock.systemUTC(),
                System::nanoTime,
                new SecureRandom(),
                timers,
                home.resolve("transfers"),
                channel -> disk.apply(channel)));
    FilesEngine mine = engine;
    engine.watch(
        transfer -> {
          if (engine == mine) {
            newest.put(transfer.id(), transfer);
            synchronized (change) {
              change.notifyAll();
            }
          }
        });
  }

  Path downloads() {
    return home.resolve("downloads");
  }

  Transfer get(TransferId id) {
    return newest.get(id);
  }

  /** Waits until a transfer is so. */
  Transfer await(TransferId id, Predicate<Transfer> wanted) throws Exception {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    synchronized (change) {
      while (true) {
        Transfer now = newest.get(id);
        if (now != null && wanted.test(now)) {
          return now;
        }
        long left = deadline - System.nanoTime();
        if (left <= 0) {
          throw new AssertionError("it did not come to that: " + now);
        }
        TimeUnit.NANOSECONDS.timedWait(change, left);
      }
    }
  }

  Transfer await(TransferId id, TransferState state) throws Exception {
    return await(id, transfer -> transfer.state() == state);
  }

  Transfer send(TestPeer to, Path... paths) throws Exception {
    return engine
        .send(to.id, java.util.List.of(paths))
        .toCompletableFuture()
        .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }

  Optional<Transfer> only() throws Exception {
    return engine.list().toCompletableFuture().get(10, TimeUnit.SECONDS).stream().findFirst();
  }

  /** Waits until there is no file in a directory, or no directory. */
  void awaitEmpty(Path directory) throws Exception {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (hasFile(directory)) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("there is something in " + directory);
      }
      Thread.onSpinWait();
    }
  }

  private static boolean hasFile(Path directory) throws Exception {
    try (Stream<Path> all = Files.walk(directory)) {
      return all.anyMatch(Files::isRegularFile);
    } catch (NoSuchFileException | UncheckedIOException e) {
      return Files.exists(directory);
    }
  }

  void close() {
    engine.close();
    timers.shutdownNow();
  }
}
