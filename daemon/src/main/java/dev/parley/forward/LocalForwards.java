package dev.parley.forward;

import com.google.common.collect.ImmutableList;
import dev.parley.channels.Access;
import dev.parley.channels.Channels;
import dev.parley.channels.ServiceName;
import dev.parley.forward.ForwardException.Reason;
import dev.parley.forward.ForwardStore.StoredForward;
import dev.parley.proto.id.PeerId;
import java.net.BindException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The forwards of a node. The tables are guarded by this object; what is done at the disk and at
 * sockets happens without it.
 */
public final class LocalForwards implements Forwards, AutoCloseable {
  static final int MAX_FORWARDS = 256;
  static final Duration SHORTEST_IDLE = Duration.ofSeconds(1);
  static final Duration LONGEST_IDLE = Duration.ofDays(1);

  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final Logger log = LoggerFactory.getLogger(LocalForwards.class);

  private final ForwardStore store;
  private final ForwardLoop loop;
  private final Surroundings surroundings;
  private final PipeSockets pipes;
  private final ExposedServices services;
  private final Map<Long, ForwardEntry> forwards = new TreeMap<>();
  private long lastId;

  /**
   * What forwards stand on.
   *
   * @param runtime the directory of sockets, which nobody else may enter
   * @param blocking looks names up
   */
  public record Parts(
      Channels channels,
      ForwardStore store,
      Path runtime,
      Executor blocking,
      RandomGenerator random) {}

  public LocalForwards(Parts parts) {
    this(parts, PATIENCE);
  }

  LocalForwards(Parts parts, Duration patience) {
    this.store = parts.store();
    this.loop = new ForwardLoop(parts.blocking());
    this.surroundings = new Surroundings(parts.channels(), loop, System::nanoTime);
    this.services = new ExposedServices(store, surroundings);
    this.pipes = new PipeSockets(surroundings, parts.runtime(), patience, parts.random());
  }

  /** Stands up what is kept. Blocks for the disk. What cannot be used now is tried again. */
  public void begin() {
    pipes.clear();
    ForwardStore.Stored stored;
    try {
      stored = store.load().toCompletableFuture().join();
    } catch (CompletionException e) {
      log.error("the services and forwards that are kept cannot be read: {}", Problems.of(e));
      return;
    }
    stored.services().forEach(services::begin);
    for (StoredForward forward : stored.forwards()) {
      ForwardEntry entry = new ForwardEntry(forward, surroundings);
      synchronized (this) {
        forwards.put(forward.id(), entry);
        lastId = Math.max(lastId, forward.id());
      }
      entry.keepBinding();
    }
  }

  @Override
  public CompletableFuture<ExposedService> addService(
      ServiceName name, Endpoint target, Access access) {
    return services.add(name, target, access);
  }

  @Override
  public CompletableFuture<ExposedService> removeService(ServiceName name) {
    return services.remove(name);
  }

  @Override
  public CompletableFuture<Forward> addForward(
      PeerId peer, ServiceName service, Endpoint local, Duration idle) {
    if (idle.compareTo(SHORTEST_IDLE) < 0 || idle.compareTo(LONGEST_IDLE) > 0) {
      return CompletableFuture.failedFuture(
          new ForwardException(
              Reason.BAD_ADDRESS, "flows may be idle for 1 second to 24 hours", ""));
    }
    ForwardEntry entry;
    long id;
    synchronized (this) {
      if (forwards.size() >= MAX_FORWARDS) {
        return CompletableFuture.failedFuture(
            new ForwardException(
                Reason.TOO_MANY,
                "there are " + MAX_FORWARDS + " forwards already",
                "`parley forward close LOCAL` ends one"));
      }
      if (!local.isAnyPort() && find(local.toString()).isPresent()) {
        return CompletableFuture.failedFuture(inUse(local + " is a forward already"));
      }
      id = ++lastId;
      entry = new ForwardEntry(new StoredForward(id, peer, service, local, idle), surroundings);
      forwards.put(id, entry);
    }
    return entry
        .bind()
        .exceptionally(
            failure -> {
              throw new CompletionException(asForwardException(local, failure));
            })
        .thenCompose(bound -> Disk.kept(store.putForward(bound)))
        .thenApply(done -> entry.status())
        .whenComplete(
            (status, failure) -> {
              if (failure != null) {
                forget(id, entry);
              }
            });
  }

  private static ForwardException inUse(String message) {
    return new ForwardException(
        Reason.ADDRESS_IN_USE,
        message,
        "choose another address, or port 0 for any; `parley forward ls` shows the forwards");
  }

  private static ForwardException asForwardException(Endpoint local, Throwable failure) {
    String sentence = ForwardEntry.cannotListen(local, failure);
    boolean taken =
        Problems.cause(failure) instanceof BindException || sentence.contains("already in use");
    return taken
        ? inUse(sentence)
        : new ForwardException(
            Reason.BAD_ADDRESS,
            sentence,
            "give an address of this machine, a free port above 1023, or the path of a socket");
  }

  private void forget(long id, ForwardEntry entry) {
    synchronized (this) {
      forwards.remove(id);
    }
    entry.close();
  }

  /** By its id, or its local address however that is written. */
  private synchronized Optional<ForwardEntry> find(String localOrId) {
    String local;
    try {
      local = Endpoint.parse(localOrId).toString();
    } catch (IllegalArgumentException e) {
      local = localOrId;
    }
    String address = local;
    return forwards.values().stream()
        .filter(
            entry ->
                entry.stored().local().toString().equals(address)
                    || Long.toString(entry.stored().id()).equals(localOrId))
        .findFirst();
  }

  @Override
  public CompletableFuture<Forward> removeForward(String localOrId) {
    Optional<ForwardEntry> entry = find(localOrId);
    if (entry.isEmpty()) {
      return CompletableFuture.failedFuture(
          new ForwardException(
              Reason.NOT_FOUND,
              "there is no forward '" + localOrId + "'",
              "`parley forward ls` shows them"));
    }
    long id = entry.get().stored().id();
    return Disk.kept(store.removeForward(id))
        .thenApply(
            done -> {
              forget(id, entry.get());
              return entry.get().status();
            });
  }

  @Override
  public synchronized ForwardsStatus status() {
    return new ForwardsStatus(
        services.status(),
        forwards.values().stream()
            .map(ForwardEntry::status)
            .collect(ImmutableList.toImmutableList()));
  }

  @Override
  public CompletableFuture<PipeSocket> openOnSocket(
      PeerId peer, ServiceName service, Duration timeout) {
    return pipes.open(peer, service, timeout);
  }

  /** Ends all connections. What is kept stands again with the next start. Blocks for a moment. */
  @Override
  public void close() {
    ImmutableList<ForwardEntry> all;
    synchronized (this) {
      all = ImmutableList.copyOf(forwards.values());
    }
    pipes.close();
    all.forEach(ForwardEntry::close);
    loop.close();
  }
}
