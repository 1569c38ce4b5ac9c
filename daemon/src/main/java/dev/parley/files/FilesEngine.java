package dev.parley.files;

import com.google.common.collect.ImmutableList;
import dev.parley.files.TransferRejected.Reason;
import dev.parley.link.ByteStreamKind;
import dev.parley.link.Links;
import dev.parley.messaging.StorageFailure;
import dev.parley.proto.id.PeerId;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/** Puts the parts together, and is what others see of them. Thread-safe. */
public final class FilesEngine implements FileTransfers, AutoCloseable {
  private static final Duration SWEEP_EVERY = Duration.ofHours(1);

  private final Core core;
  private final Path directory;
  private final RandomGenerator random;
  private final Desks desks;
  private final Outgoing outgoing;
  private final Reception reception;

  /** Of the files' thread. */
  private boolean closed;

  /**
   * Who may send what.
   *
   * @param isContact thread-safe and quick
   * @param acceptsAtOnce whether an offer of so many bytes needs no answer of the user
   * @param directory where files come unless the user says otherwise
   */
  public record Rules(Predicate<PeerId> isContact, AcceptsAtOnce acceptsAtOnce, Path directory) {}

  /** Asked for each offer; thread-safe and quick. */
  public interface AcceptsAtOnce {
    boolean test(PeerId peer, long bytes);
  }

  /**
   * Where time, chance and the disk come from.
   *
   * @param ticker in nanoseconds
   * @param random cryptographically strong
   * @param timers outlives this
   * @param manifests a directory of this alone, for lists of what is sent
   * @param disk what received files are written through; the identity but in tests
   */
  public record Environment(
      Clock clock,
      LongSupplier ticker,
      RandomGenerator random,
      ScheduledExecutorService timers,
      Path manifests,
      UnaryOperator<SeekableByteChannel> disk) {}

  private FilesEngine(FileStore store, Links links, Rules rules, Environment environment) {
    this.core =
        new Core(
            new FilesThread(environment.timers()),
            new Ledger(store, environment.clock(), environment.ticker()),
            links,
            rules.isContact(),
            environment.manifests(),
            environment.disk());
    this.directory = rules.directory();
    this.random = environment.random();
    this.desks = new Desks(core);
    this.outgoing = new Outgoing(core, desks::pumpSoon);
    this.reception =
        new Reception(
            core,
            outgoing,
            desks.incoming(),
            (peer, bytes) ->
                rules.acceptsAtOnce().test(peer, bytes) ? Optional.of(directory) : Optional.empty(),
            desks::pumpSoon);
  }

  /**
   * Goes on with what the last run left. Blocks until the store has told what that is.
   *
   * @throws StorageFailure when it does not answer
   */
  public static FilesEngine start(
      FileStore store, Links links, Rules rules, Environment environment) throws StorageFailure {
    ImmutableList<StoredTransfer> stored;
    try {
      stored = store.load().toCompletableFuture().join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof StorageFailure failure
          ? failure
          : new StorageFailure(
              StorageFailure.Kind.FAILING, "the transfers cannot be read: " + e.getMessage(), e);
    }
    FilesEngine engine = new FilesEngine(store, links, rules, environment);
    engine.core.thread().post(() -> engine.begin(stored));
    links.accept(ByteStreamKind.FILES, engine.reception);
    links.addListener(engine.desks);
    return engine;
  }

  private void begin(ImmutableList<StoredTransfer> stored) {
    core.ledger().restore(stored);
    Set<String> open =
        stored.stream()
            .filter(each -> !each.isIncoming() && !each.state().isOver())
            .map(each -> each.id().toString())
            .collect(Collectors.toSet());
    core.thread()
        .onDisk(
            () -> {
              outgoing.dropStaleManifests(open);
              return open;
            },
            done -> {},
            failure -> {});
    core.ledger()
        .all()
        .filter(item -> item.stored.isIncoming() && !item.isOpen())
        .forEach(desks.incoming()::discard);
    sweep();
    desks.pump();
  }

  private void sweep() {
    core.ledger().sweep();
    core.thread().schedule(SWEEP_EVERY, this::sweep);
  }

  @Override
  public CompletionStage<Transfer> send(PeerId to, List<Path> paths) {
    CompletableFuture<Transfer> done = new CompletableFuture<>();
    TransferId id = TransferId.next(random);
    List<Path> all = List.copyOf(paths);
    onThread(done, () -> outgoing.offer(id, to, all, done));
    return done;
  }

  @Override
  public CompletionStage<ImmutableList<Transfer>> list() {
    CompletableFuture<ImmutableList<Transfer>> done = new CompletableFuture<>();
    onThread(done, () -> done.complete(core.ledger().list()));
    return done;
  }

  @Override
  public CompletionStage<Transfer> accept(TransferId id, Optional<Path> to) {
    CompletableFuture<Transfer> done = new CompletableFuture<>();
    Path target = to.orElse(directory);
    onThread(
        done,
        () -> {
          Optional<Item> item = offer(id, done);
          if (item.isPresent()) {
            core.thread()
                .onDisk(
                    () -> usable(target),
                    usable -> accept(item.get(), usable, done),
                    failure ->
                        Outgoing.reject(
                            done,
                            Reason.BAD_DIRECTORY,
                            "files cannot be put into " + target + ": " + failure.getMessage()));
          }
        });
    return done;
  }

  /** On a disk thread. */
  private static Path usable(Path target) throws java.io.IOException {
    if (!target.isAbsolute()) {
      throw new java.io.IOException("it is not an absolute path");
    }
    Files.createDirectories(target);
    if (!Files.isWritable(target)) {
      throw new java.io.IOException("it may not be written to");
    }
    return target;
  }

  private void accept(Item item, Path target, CompletableFuture<Transfer> done) {
    if (item.stored.state() != TransferState.OFFERED) {
      Outgoing.reject(done, Reason.WRONG_STATE, "the offer is not open any more");
      return;
    }
    changed(item, item.stored.acceptedTo(target), done);
    desks.pump();
  }

  @Override
  public CompletionStage<Transfer> refuse(TransferId id) {
    CompletableFuture<Transfer> done = new CompletableFuture<>();
    onThread(done, () -> offer(id, done).ifPresent(item -> end(item, TransferState.REFUSED, done)));
    return done;
  }

  @Override
  public CompletionStage<Transfer> cancel(TransferId id) {
    CompletableFuture<Transfer> done = new CompletableFuture<>();
    onThread(
        done,
        () -> {
          Optional<Item> item = known(id, done);
          if (item.isPresent() && !item.get().isOpen()) {
            Outgoing.reject(
                done,
                Reason.WRONG_STATE,
                "the transfer is over: " + item.get().stored.state().name().toLowerCase(ROOT));
          } else {
            item.ifPresent(open -> end(open, TransferState.CANCELLED, done));
          }
        });
    return done;
  }

  private static final java.util.Locale ROOT = java.util.Locale.ROOT;

  private void end(Item item, TransferState state, CompletableFuture<Transfer> done) {
    changed(item, item.stored.over(state, false, "", core.ledger().instant()), done);
    reception.clear(item);
    desks.pump();
  }

  private void changed(Item item, StoredTransfer next, CompletableFuture<Transfer> done) {
    core.ledger()
        .change(item, next)
        .whenComplete(
            (written, failure) -> {
              if (failure == null) {
                core.thread().post(() -> done.complete(item.shown(core.ledger().now())));
              } else {
                Outgoing.reject(done, Reason.STORAGE_FAILING, String.valueOf(failure.getMessage()));
              }
            });
  }

  private Optional<Item> known(TransferId id, CompletableFuture<Transfer> done) {
    Optional<Item> item = core.ledger().find(id);
    if (item.isEmpty()) {
      Outgoing.reject(done, Reason.UNKNOWN_TRANSFER, "there is no transfer " + id);
    }
    return item;
  }

  /** One that waits for this user's answer. */
  private Optional<Item> offer(TransferId id, CompletableFuture<Transfer> done) {
    Optional<Item> item = known(id, done);
    boolean isOffer =
        item.filter(i -> i.stored.isIncoming() && i.stored.state() == TransferState.OFFERED)
            .isPresent();
    if (item.isPresent() && !isOffer) {
      Outgoing.reject(
          done,
          Reason.WRONG_STATE,
          "the transfer waits for no answer of yours: it is "
              + (item.get().stored.isIncoming() ? "" : "yours and ")
              + item.get().state().name().toLowerCase(ROOT));
      return Optional.empty();
    }
    return item;
  }

  private void onThread(CompletableFuture<?> done, Runnable task) {
    core.thread()
        .post(
            () -> {
              if (closed) {
                done.completeExceptionally(
                    new TransferRejected(Reason.SHUTTING_DOWN, "the node is closing"));
              } else {
                task.run();
              }
            });
  }

  @Override
  public Watch watch(Consumer<Transfer> watcher) {
    return core.ledger().watch(watcher);
  }

  @Override
  public Summary summary() {
    return core.ledger().summary();
  }

  /** For tests: stops where it is. */
  void crash() {
    core.thread().crash();
  }

  /** Ends what is under way; it goes on with the next start. Blocks for a moment. */
  @Override
  public void close() {
    core.thread()
        .close(
            () -> {
              closed = true;
              core.ledger()
                  .all()
                  .forEach(
                      item -> {
                        core.ledger().writeProgress(item);
                        Item.Activity activity = item.activity;
                        item.activity = null;
                        if (activity != null) {
                          activity.stop(FileStream.RESET_PAUSED);
                        }
                        desks.incoming().closeLanding(item);
                      });
              desks.close();
            });
  }
}
