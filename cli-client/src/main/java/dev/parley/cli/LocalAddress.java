package dev.parley.cli;

import java.nio.file.Path;

/** Local addresses as they are typed: the daemon is in another directory than the user. */
final class LocalAddress {
  private static final String UNIX = "unix:";

  private LocalAddress() {}

  static String absolute(String typed) {
    return typed.startsWith(UNIX)
        ? UNIX + Path.of(typed.substring(UNIX.length())).toAbsolutePath().normalize()
        : typed;
  }
}
