package dev.parley.it.faults.agent;

/** Where a process can be made to end, as if killed: between two steps that belong together. */
public enum FaultPoint {
  /** In the outbox; whoever sent it has not been told. */
  OUTBOX_COMMITTED("messaging/SendIntake", "onAnswered(", Side.BEFORE),

  /** In the inbox; the sender has not been told, nor any consumer. */
  INBOX_COMMITTED("messaging/Receiver", "onCommitted(", Side.BEFORE),

  /** The acknowledgement is on its way, or not. */
  INBOX_ACKNOWLEDGED("messaging/InboundStream", "onCommitDone(", Side.AFTER),

  /** The receiver's acknowledgement has come and is not on disk. */
  ACKNOWLEDGEMENT_ARRIVED("store/SqliteMessages", "endOutbox(", Side.BEFORE),

  /** A consumer's acknowledgement is written and not committed. */
  CONSUMER_ACKNOWLEDGING("store/ConsumerTable", "acknowledge(", Side.AFTER),

  /** A consumer's acknowledgement is committed; the consumer has not been told. */
  CONSUMER_ACKNOWLEDGED("messaging/InboxReader", "onAcknowledged(", Side.BEFORE),

  /** The relay has the letter; its depositor has not noted that. */
  LETTER_LEFT("mail/Correspondents", "deposited(", Side.BEFORE),

  /** A letter is opened; its message is not in the inbox. */
  LETTER_OPENED("messaging/Receiver", "takeMail(", Side.BEFORE),

  /** A message from the mailbox is in the inbox; its one-time key is still there. */
  LETTER_TAKEN("mail/OwnPrekeys", "destroy(", Side.BEFORE),

  /** The one-time key is gone; the relay still has the letter. */
  LETTER_KEY_DESTROYED("mail/OwnPrekeys", "destroy(", Side.AFTER),

  /** At the relay: a letter is written and not committed. */
  LETTER_WRITTEN("store/LetterTable", "deposit(", Side.AFTER),

  /** At the relay: a letter is committed; its depositor has not been told. */
  LETTER_KEPT(
      "relay/mailbox/Mailroom", "onWire(Ldev/parley/relay/mailbox/MailStore$Outcome;", Side.BEFORE),

  /** At the relay: letters are removed, and that is not committed. */
  LETTER_REMOVED("store/LetterTable", "remove(", Side.AFTER),

  /** Whatever it is: all of it is written, nothing is committed. */
  AMID_COMMIT("store/Sql", "commit(", Side.BEFORE),

  /** Whatever it was: it is committed, and nobody has been told. */
  AFTER_COMMIT("store/Sql", "commit(", Side.AFTER);

  /** Of the method that marks the point: before its first instruction, or at each return. */
  enum Side {
    BEFORE,
    AFTER
  }

  private final String type;

  /** Its name and the beginning of its descriptor. */
  private final String method;

  private final Side side;

  FaultPoint(String type, String method, Side side) {
    this.type = "dev/parley/" + type;
    this.method = method;
    this.side = side;
  }

  /** The class with that method, as class files name it. */
  String type() {
    return type;
  }

  boolean isMarkedBy(String name, String descriptor) {
    return (name + descriptor).startsWith(method);
  }

  Side side() {
    return side;
  }
}
