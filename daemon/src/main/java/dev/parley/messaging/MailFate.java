package dev.parley.messaging;

/** What became of a message that did not come over a link. */
public enum MailFate {
  /** It is in the inbox, now or since an earlier time. */
  KEPT,
  /** There is no room for it just now, or the disk fails: to be brought again. */
  LATER,
  /** It is no message, or its sender may not write to us. */
  NEVER
}
