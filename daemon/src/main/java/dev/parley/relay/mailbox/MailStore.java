package dev.parley.relay.mailbox;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import com.google.protobuf.ByteString;
import dev.parley.config.RelayConfig.MailboxLimits;
import dev.parley.mailbox.PublicPrekey;
import dev.parley.peer.v1.SignedPrekey;
import dev.parley.proto.id.PeerId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * The relay's disk. A stage completes when the change is on it; it fails when it cannot be kept,
 * and then nothing has changed. Thread-safe; never blocks.
 */
public interface MailStore {
  /** Whether something was taken. */
  enum Outcome {
    TAKEN,
    /** There is no mailbox of this owner, or none that this capability opens. */
    NOT_ALLOWED,
    /** The owner has all the mail that may wait for it. */
    MAILBOX_FULL,
    /** As much by this one capability as may wait. */
    DEPOSITOR_FULL,
    /** No room for another mailbox, or the relay's share of the disk is used up. */
    RELAY_FULL
  }

  /**
   * What the owner has at the relay.
   *
   * @param letters that wait for it
   * @param oneTimeKeys that nobody has been given
   */
  record Contents(long letters, int oneTimeKeys) {
    public static final Contents NONE = new Contents(0, 0);
  }

  /**
   * What a sender is given.
   *
   * @param oneTime empty when there are no more
   */
  record Keys(Optional<SignedPrekey> mediumTerm, Optional<SignedPrekey> oneTime) {}

  /** The same owner's new medium-term key, if any, and further one-time keys. */
  record Publication(Optional<PublicPrekey> mediumTerm, ImmutableList<PublicPrekey> oneTime) {}

  /**
   * Lets these capabilities, and no others, open the mailbox, which is made if it is not there.
   * What has come by one that ends stays.
   */
  CompletionStage<Outcome> allow(
      PeerId owner, ImmutableSet<CapabilityHash> capabilities, MailboxLimits limits, Instant now);

  /** Keeps prekeys, as many one-time ones as there is room for. The mailbox is there already. */
  CompletionStage<Outcome> publish(PeerId owner, Publication keys, Instant now);

  /** The owner is here. */
  CompletionStage<Contents> visit(PeerId owner, Instant now);

  /** The keys to seal to; a one-time key is forgotten before it is handed out. */
  CompletionStage<Optional<Keys>> takeKeys(PeerId owner, CapabilityHash capability, Instant now);

  CompletionStage<Outcome> deposit(
      PeerId owner,
      CapabilityHash capability,
      ByteString sealed,
      MailboxLimits limits,
      Instant now);

  /**
   * The oldest letters after a number; at least one when there is any.
   *
   * @param maxBytes of all together, but for the first
   */
  CompletionStage<ImmutableList<Letter>> fetch(
      PeerId owner, long after, int maxLetters, int maxBytes);

  /** Forgets letters of this owner; numbers that name none of its own mean nothing. */
  CompletionStage<Void> remove(PeerId owner, List<Long> numbers);

  /**
   * Lets the clock by which ages are measured follow the machine's: never back, and by {@code step}
   * at most, except the first time.
   *
   * @return what it says now
   */
  CompletionStage<Instant> advanceAges(Instant now, Duration step);

  /**
   * Forgets what is over.
   *
   * @return how many letters
   */
  CompletionStage<Integer> purge(Instant depositedBefore, Instant seenBefore, Instant now);
}
