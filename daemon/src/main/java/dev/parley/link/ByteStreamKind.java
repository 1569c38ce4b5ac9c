package dev.parley.link;

/** What a stream of bytes between two peers is for. Each kind has one acceptor on either side. */
public enum ByteStreamKind {
  /** A channel between two programs, to a service by its name. */
  CHANNEL,
  /** A transfer of files. */
  FILES
}
