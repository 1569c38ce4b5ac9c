package dev.parley.nat.path;

/** What carries the datagrams of a path on its first hop. */
public enum PathTransport {
  UDP,
  TCP
}
