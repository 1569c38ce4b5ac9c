package dev.parley.messaging;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.config.NodeConfig.MessageLimits;
import dev.parley.proto.id.MessageId;
import dev.parley.proto.id.PeerId;
import dev.parley.store.Store;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;

/** A node without network or control: store, links in memory, messaging. */
final class TestNode implements AutoCloseable {
  static final MessageLimits ROOMY = new MessageLimits(1_000_000, 1_000_000, 1_000_000, true);

  final PeerId id;
  final MemoryLinks links;
  final Store store;
  final Messaging messages;
  private final MemoryNetwork network;
  private final Path file;
  private final Setup setup;
  private final ScheduledExecutorService timers = Executors.newSingleThreadScheduledExecutor();

  TestNode(MemoryNetwork network, PeerId id, Path file) throws Exception {
    this(network, id, file, new Setup(ROOMY, peer -> true));
  }

  TestNode(MemoryNetwork network, PeerId id, Path file, Setup setup) throws Exception {
    this.network = network;
    this.id = id;
    this.file = file;
    this.setup = setup;
    this.store = Store.open(file, Clock.systemUTC());
    this.links = network.join(id);
    this.messages =
        Messaging.start(
            setup.disk.apply(store.messages()),
            links,
            new Messaging.Rules(setup.limits, setup.isContact),
            new Messaging.Environment(Clock.systemUTC(), new SecureRandom(), timers));
  }

  static ConditionFactory await() {
    return Awaitility.await().atMost(60, TimeUnit.SECONDS).pollInterval(5, TimeUnit.MILLISECONDS);
  }

  static <T> T get(CompletionStage<T> stage) throws Exception {
    return stage.toCompletableFuture().get(60, TimeUnit.SECONDS);
  }

  CompletionStage<MessageId> send(PeerId to, String text) {
    return messages.send(OutgoingMessage.text(to, text));
  }

  /** A node that goes on from what a kill -9 would have left on disk. */
  TestNode crashAndRestart(Path newFile) throws Exception {
    network.crash(links);
    Files.createDirectories(newFile.getParent());
    Files.copy(file, newFile);
    Path wal = file.resolveSibling(file.getFileName() + "-wal");
    if (Files.exists(wal)) {
      Files.copy(wal, newFile.resolveSibling(newFile.getFileName() + "-wal"));
    }
    close();
    return new TestNode(network, id, newFile, setup);
  }

  /** A node that goes on after a clean end. */
  TestNode restart() throws Exception {
    network.crash(links);
    close();
    return new TestNode(network, id, file, setup);
  }

  /** Everything in the inbox, in order, through a consumer of its own. */
  List<String> wholeInbox(String consumer) {
    Collector collector = new Collector();
    try (InboxSubscription unused =
        messages.subscribe(new ConsumerName(consumer), 1_000_000, collector)) {
      await().untilAsserted(() -> assertThat(collector.caughtUp).isTrue());
    }
    return collector.texts();
  }

  @Override
  public void close() {
    messages.close();
    store.close();
    timers.shutdownNow();
  }

  /**
   * @param disk may put something between messaging and the store
   */
  record Setup(
      MessageLimits limits, Predicate<PeerId> isContact, UnaryOperator<MessageStore> disk) {
    Setup(MessageLimits limits, Predicate<PeerId> isContact) {
      this(limits, isContact, UnaryOperator.identity());
    }
  }

  /** Remembers what it heard. */
  static final class Collector implements InboxListener {
    final ConcurrentLinkedQueue<ReceivedMessage> messages = new ConcurrentLinkedQueue<>();
    final ConcurrentLinkedQueue<InboxGap> gaps = new ConcurrentLinkedQueue<>();
    volatile boolean caughtUp;
    volatile String ended = "";

    @Override
    public void onMessage(ReceivedMessage message) {
      messages.add(message);
    }

    @Override
    public void onGap(InboxGap gap) {
      gaps.add(gap);
    }

    @Override
    public void onCaughtUp() {
      caughtUp = true;
    }

    @Override
    public void onEnded(String reason) {
      ended = reason;
    }

    List<String> texts() {
      List<String> texts = new ArrayList<>();
      messages.forEach(message -> texts.add(message.body().toStringUtf8()));
      return texts;
    }
  }
}
