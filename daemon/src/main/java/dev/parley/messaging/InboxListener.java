package dev.parley.messaging;

/**
 * Hears what arrives for a consumer. Called on the messaging thread; must not block. Implemented by
 * programs: what is added here in later versions does something harmless by default.
 *
 * <p>One that throws has its subscription ended.
 */
public interface InboxListener {
  /**
   * The consumer is known on disk. Called once and first: what is to acknowledge may be kept here,
   * where no message can have come before it.
   */
  default void onSubscribed(InboxSubscription subscription) {}

  /** The next message, in order of position. */
  void onMessage(ReceivedMessage message);

  /**
   * Messages that retention has dropped before this consumer had acknowledged them. Told with every
   * subscription until {@link InboxGap#lastPosition} is acknowledged.
   */
  default void onGap(InboxGap gap) {}

  /** Everything that was in the inbox has been handed over; what follows is new. */
  default void onCaughtUp() {}

  /**
   * The subscription is over: closed, replaced by a newer one, refused, or the node is closing.
   * What was not acknowledged comes again with the next one.
   *
   * @param reason a sentence for people
   */
  default void onEnded(String reason) {}
}
