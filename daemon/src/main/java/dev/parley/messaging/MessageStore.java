package dev.parley.messaging;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import dev.parley.proto.id.MessageId;
import dev.parley.proto.id.PeerId;
import java.time.Instant;
import java.util.List;
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

  /** Keeps messages for their peers. Positions must grow from call to call. */
  CompletionStage<Void> appendOutbox(List<OutboxMessage> messages);

  /**
   * The next messages waiting for a peer after a position, in order: as many as fit into both
   * limits, but at least one when there is one.
   */
  CompletionStage<ImmutableList<OutboxMessage>> readOutbox(
      PeerId peer, long after, PageLimit limit);

  /**
   * Everything for the peer up to and including this position is over: failed where {@code
   * failures} says so, otherwise delivered. Bodies are dropped, states are kept. Repeating it does
   * no harm.
   */
  CompletionStage<Void> endOutbox(PeerId peer, long upTo, List<OutboxFailure> failures, Instant at);

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

  /** The next messages of the inbox after a position, as with {@link #readOutbox}. */
  CompletionStage<ImmutableList<InboxMessage>> readInbox(long after, PageLimit limit);

  /** Adds a consumer that starts at the oldest message, or completes with the one that is there. */
  CompletionStage<StoredConsumer> registerConsumer(ConsumerName consumer);

  /** Moves a consumer's cursor forward. An older position than it has changes nothing. */
  CompletionStage<Acknowledged> acknowledge(ConsumerName consumer, long position, Instant at);

  /** Notes how far a consumer has been handed messages. */
  CompletionStage<Void> markHanded(ConsumerName consumer, long position);

  /** Messages from this peer whose read receipts are due: after a position, up to another. */
  CompletionStage<ImmutableList<DueReceipt>> readReceipts(
      PeerId author, long after, long upTo, int maxCount);

  /** The author has taken our receipts for everything up to this position. */
  CompletionStage<Void> receiptsTaken(PeerId author, long upTo);

  /** How much to read at once. */
  record PageLimit(int maxMessages, long maxBytes) {}

  /** A message of ours that has come to a bad end. */
  record OutboxFailure(MessageId id, String problem) {}

  /** A message that this side has read and whose author does not know yet. */
  record DueReceipt(long position, MessageId id) {}
}
