package dev.parley.messaging;

import dev.parley.config.NodeConfig.MessageLimits;
import dev.parley.link.Links;
import dev.parley.peer.v1.Envelope;
import dev.parley.proto.id.MessageId;
import dev.parley.proto.id.PeerId;
import java.time.Clock;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;

/** Messaging at work. Closing it ends every subscription and waits for the disk; it may block. */
public interface Messaging extends Messages, AutoCloseable {

  /**
   * Starts messaging and goes on with what the last run left. Blocks until the store has told what
   * that is.
   *
   * @throws StorageFailure when the store does not answer
   */
  static Messaging start(MessageStore store, Links links, Rules rules, Environment environment)
      throws StorageFailure {
    StoredState state;
    try {
      state = store.load().toCompletableFuture().join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof StorageFailure failure
          ? failure
          : new StorageFailure(
              StorageFailure.Kind.FAILING, "the messages cannot be read: " + e.getMessage(), e);
    }
    Core core =
        new Core(
            new MessagingThread(environment.timers()),
            store,
            links,
            new StateListeners(environment.clock()),
            environment.clock(),
            environment.random(),
            new AtomicLong(),
            new Positions(state.lastPosition()));
    return new MessagingEngine(core, rules, state);
  }

  /**
   * Takes a message that did not come over a link, from the peer that has written it. It is kept
   * once, whether it comes over a link as well or not.
   */
  CompletionStage<MailFate> takeMail(PeerId from, Envelope envelope);

  /** A message of ours rests where its recipient will fetch it: it counts as sent. */
  void onLeftAtMailbox(PeerId to, MessageId id);

  @Override
  void close();

  /**
   * Who may send how much.
   *
   * @param isContact thread-safe and quick; asked for every message that arrives
   */
  record Rules(MessageLimits limits, Predicate<PeerId> isContact) {}

  /**
   * Where time and chance come from.
   *
   * @param random cryptographically strong: message ids are made with it
   * @param timers outlives messaging
   */
  record Environment(Clock clock, RandomGenerator random, ScheduledExecutorService timers) {}
}
