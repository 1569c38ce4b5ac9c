package dev.parley.mailbox;

/** How often a prekey is used. */
public enum PrekeyKind {
  /** For any number of messages; replaced weekly. */
  MEDIUM_TERM,
  /** For one message, after which its owner destroys it. */
  ONE_TIME
}
