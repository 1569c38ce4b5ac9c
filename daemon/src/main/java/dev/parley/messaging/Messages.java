package dev.parley.messaging;

import dev.parley.proto.id.MessageId;
import dev.parley.proto.id.PeerId;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/**
 * Sends and receives messages. Thread-safe; nothing here blocks. Implemented by parley alone.
 *
 * <p>What completes later does so on the messaging thread, where nothing may block, and
 * exceptionally with {@link StorageFailure} when the disk fails.
 */
public interface Messages {
  /** Largest body, in bytes. Larger things are files. */
  int MAX_BODY_BYTES = 64 * 1024;

  /** Longest id of a caller's own. */
  int MAX_CLIENT_ID_CHARACTERS = 128;

  /** Longest content type, in bytes of UTF-8. */
  int MAX_CONTENT_TYPE_BYTES = 255;

  /**
   * Accepts a message. Completes once it is committed to the outbox on disk: from then on it is
   * delivered, or its failure is reported, whatever crashes.
   *
   * <p>A message with an id of the caller's that was sent before is not sent again: completes with
   * the id that it has, and reports the states that it has reached.
   *
   * <p>Completes exceptionally with {@link MessageRejected} when it was not accepted. When the
   * process dies before this has completed, the message may have been accepted or not: with an id
   * of the caller's it can simply be sent again.
   *
   * @param states hears every state from {@code QUEUED} on, in order, on the messaging thread; must
   *     not block
   */
  CompletionStage<MessageId> send(OutgoingMessage message, Consumer<MessageStatus> states);

  /** Like {@link #send(OutgoingMessage, Consumer)}, for callers that need no reports. */
  default CompletionStage<MessageId> send(OutgoingMessage message) {
    return send(message, status -> {});
  }

  /**
   * Subscribes a consumer from its durable cursor on. A consumer seen for the first time starts at
   * the oldest message that is kept. A later subscription of the same consumer ends the earlier.
   * There are at most 256 consumers: a further one is told so by {@link InboxListener#onEnded}.
   *
   * @param window at least 1: so many messages are handed over and not yet acknowledged, at most
   */
  InboxSubscription subscribe(ConsumerName consumer, int window, InboxListener listener);

  /**
   * Calls {@code watcher} with every state of every message of ours from now on, on the messaging
   * thread, until the returned handle is closed; must not block. A message that is written to a
   * second link is told as {@code SENT} again.
   */
  Watch watch(Consumer<MessageEvent> watcher);

  /** A message by its id, with how far it has come; empty when it is not kept, or never was. */
  CompletionStage<Optional<KeptMessage>> find(MessageId id);

  /** A page of what was sent and received, newest first. */
  CompletionStage<HistoryPage> history(HistoryQuery query);

  /** Messages accepted here and not yet delivered to this peer. */
  long outboxSize(PeerId peer);

  /** Messages from this peer that the consumer has not acknowledged. */
  long unread(ConsumerName consumer, PeerId peer);

  /** Messages that the consumer has not acknowledged. */
  long unread(ConsumerName consumer);

  /** Ends what it was returned for. */
  interface Watch extends AutoCloseable {
    @Override
    void close();
  }
}
