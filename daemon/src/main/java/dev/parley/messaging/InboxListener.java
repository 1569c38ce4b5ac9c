package dev.parley.messaging;

/** Hears what arrives for a consumer. Called on the messaging thread; must not block. */
public interface InboxListener {
  /** The next message, in order of position. */
  void onMessage(ReceivedMessage message);

  /** Messages that retention has dropped before this consumer had acknowledged them. */
  default void onGap(InboxGap gap) {}

  /** Everything that was in the inbox has been handed over; what follows is new. */
  default void onCaughtUp() {}

  /** The subscription is over: replaced by a newer one, or the node is closing. */
  default void onEnded(String reason) {}
}
