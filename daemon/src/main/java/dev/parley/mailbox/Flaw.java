package dev.parley.mailbox;

/**
 * Why a sealed message was not opened. None of them can come from a sender that keeps the rules.
 */
public enum Flaw {
  /** Of none of the sizes that sealed messages have. */
  SIZE,
  /** Of a version that is not known here. */
  VERSION,
  /** No key of ours opens it: for somebody else, changed on the way, or made up. */
  UNOPENED,
  /** What is inside is not padded as it must be. */
  PADDING,
  /** What is inside is no content, or its envelope no envelope. */
  CONTENT,
  /** The sender named inside has not signed it, or not for us, this key and this message. */
  SIGNATURE
}
