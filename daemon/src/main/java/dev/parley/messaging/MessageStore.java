package dev.parley.messaging;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import dev.parley.proto.id.MessageId;
import dev.parley.proto.id.PeerId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletionStage;

/**
 * The disk, as messaging sees it. Thread-safe; nothing here blocks.
 *
 * <p>A change completes once it is committed and synced, on the store's thread, or exceptionally
 * with {@link StorageFailure}: then nothing of it was kept, and the same may be tried again.
 * Changes are committed and complete in the order in which they were asked for.
 */
public interface MessageStore {
  /** What was there when the store was opened. */
  CompletionStage<StoredState> load();

  /**
   * Keeps messages for their peers. Positions must grow from call to call. A message whose caller's
   * id is known already is not kept: completes with what is known, by the id of the message that
   * was to be kept.
   */
  CompletionStage<ImmutableMap<MessageId, KnownSend>> appendOutbox(List<OutboxMessage> messages);

  /**
   * The next messages waiting for a peer after a position, in order: as many as fit into both
   * limits, but at least one when there is one.
   */
  CompletionStage<ImmutableList<OutboxMessage>> readOutbox(
      PeerId peer, long after, PageLimit limit);

  /**
   * Everything for the peer up to and including a position is over: failed where the failures say
   * so, otherwise delivered. It moves to the history. Repeating it does no harm. Completes with how
   * many messages left the outbox.
   */
  CompletionStage<Integer> endOutbox(PeerId peer, OutboxEnd end, Instant at);

  /** Messages that wait and whose time is up, the first to expire first. */
  CompletionStage<ImmutableList<DueMessage>> readExpired(Instant now, int maxCount);

  /** When the next message that waits expires, if any does. */
  CompletionStage<Optional<Instant>> nextExpiry();

  /** Moves messages that wait to the history as expired. Completes with those that were there. */
  CompletionStage<ImmutableSet<MessageId>> expireOutbox(
      List<DueMessage> messages, String problem, Instant at);

  /**
   * The peer says that it has read these. Completes with those that are indeed messages of ours to
   * this peer; the others change nothing.
   */
  CompletionStage<ImmutableSet<MessageId>> markRead(PeerId peer, List<MessageId> ids, Instant at);

  /**
   * Keeps messages that arrived, except those whose (sender, id) is there already. Completes with
   * the ones that are new, in order. Positions must grow from call to call.
   */
  CompletionStage<ImmutableList<InboxMessage>> appendInbox(List<InboxMessage> messages);

  /**
   * The next messages of the inbox after a position, as with {@link #readOutbox}, but for those
   * that the consumer has acknowledged.
   */
  CompletionStage<InboxPage> readInbox(ConsumerName consumer, long after, PageLimit limit);

  /** Adds a consumer that starts at the oldest message, or completes with the one that is there. */
  CompletionStage<StoredConsumer> registerConsumer(ConsumerName consumer);

  /**
   * Takes acknowledgements: of everything up to a position, and of single messages after it. The
   * cursor moves on past everything that is acknowledged. What is acknowledged already changes
   * nothing.
   */
  CompletionStage<Acknowledged> acknowledge(
      ConsumerName consumer, long upTo, List<Long> singles, Instant at);

  /** Notes how far a consumer has been handed messages. */
  CompletionStage<Void> markHanded(ConsumerName consumer, long position);

  /** Messages from this peer whose read receipts are due: after a position, up to another. */
  CompletionStage<ImmutableList<DueReceipt>> readReceipts(
      PeerId author, long after, long upTo, int maxCount);

  /** The author has taken our receipts for everything up to this position. */
  CompletionStage<Void> receiptsTaken(PeerId author, long upTo);

  /** Drops a slice of what retention does not keep, oldest first. */
  CompletionStage<Dropped> dropOld(DropRequest request);

  /** A message of either direction by its id; one that we sent, when several have it. */
  CompletionStage<Optional<KeptMessage>> find(MessageId id);

  /** A page of the history, newest first. */
  CompletionStage<HistoryPage> readHistory(HistoryQuery query);

  /**
   * What a send was before, whose caller's id has come again.
   *
   * @param same whether it said the same
   */
  record KnownSend(KeptMessage.Sent message, boolean same) {}

  /**
   * @param upTo everything up to here is over
   * @param runs when what was written to a link was written, in order of position
   */
  record OutboxEnd(long upTo, ImmutableList<OutboxFailure> failures, ImmutableList<SentRun> runs) {
    public OutboxEnd(long upTo, List<OutboxFailure> failures) {
      this(upTo, ImmutableList.copyOf(failures), ImmutableList.of());
    }
  }

  /** Messages up to this position, and after the run before, were written to a link then, if so. */
  record SentRun(long upTo, Optional<Instant> at) {}

  /** A message that waits and whose time is up. */
  record DueMessage(long position, PeerId peer, MessageId id) {}

  /**
   * Messages for a consumer.
   *
   * @param gap what it has lost to retention and not acknowledged yet: tell it before the messages,
   *     and leave out those that the gap covers
   */
  record InboxPage(ImmutableList<InboxMessage> messages, Optional<InboxGap> gap) {}

  /**
   * @param clockStep how far the clock by which ages are measured may follow {@code now}
   * @param maxAge how long a message is kept; empty for ever
   * @param maxBytes how much is kept, by {@link InboxMessage#weight}
   */
  record DropRequest(
      Instant now,
      Duration clockStep,
      Optional<Duration> maxAge,
      OptionalLong maxBytes,
      int maxMessages) {}

  /**
   * @param more whether another slice would drop more
   * @param unread by consumer and sender, how many it had not acknowledged
   */
  record Dropped(
      int count, boolean more, ImmutableMap<ConsumerName, ImmutableMap<PeerId, Long>> unread) {}

  /** How much to read at once. */
  record PageLimit(int maxMessages, long maxBytes) {}

  /**
   * A message of ours that has come to a bad end.
   *
   * @param state {@code FAILED} or {@code EXPIRED}
   */
  record OutboxFailure(MessageId id, MessageState state, String problem) {
    public OutboxFailure(MessageId id, String problem) {
      this(id, MessageState.FAILED, problem);
    }
  }

  /** A message that this side has read and whose author does not know yet. */
  record DueReceipt(long position, MessageId id) {}
}
