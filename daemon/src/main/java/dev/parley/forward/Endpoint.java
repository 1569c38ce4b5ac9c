package dev.parley.forward;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.regex.Matcher;

/** A local address: what a service leads to, or where a forward listens. */
public sealed interface Endpoint {
  /** The host of an address that names none: forwards are for this machine unless one asks. */
  String LOOPBACK = "127.0.0.1";

  /** Whether the port is 0: any, where one listens, and none where one connects. */
  default boolean isAnyPort() {
    return false;
  }

  /** TCP at a host's name or address; port 0 is any, where one listens. */
  record Tcp(String host, int port) implements Endpoint {
    public Tcp {
      HostAndPort.check(host, port);
    }

    @Override
    public boolean isAnyPort() {
      return port == 0;
    }

    @Override
    public String toString() {
      return "tcp:" + HostAndPort.show(host, port);
    }
  }

  /** UDP likewise. */
  record Udp(String host, int port) implements Endpoint {
    public Udp {
      HostAndPort.check(host, port);
    }

    @Override
    public boolean isAnyPort() {
      return port == 0;
    }

    @Override
    public String toString() {
      return "udp:" + HostAndPort.show(host, port);
    }
  }

  /** A Unix socket for streams, by its absolute path. */
  record Unix(Path path) implements Endpoint {
    public Unix {
      if (!path.isAbsolute()) {
        throw new IllegalArgumentException("'" + path + "' is no absolute path");
      }
    }

    @Override
    public String toString() {
      return "unix:" + path;
    }
  }

  /**
   * Of {@code tcp:HOST:PORT}, {@code udp:HOST:PORT} or {@code unix:PATH}. Without a kind it is TCP;
   * without a host, 127.0.0.1.
   *
   * @throws IllegalArgumentException with a sentence for the user
   */
  static Endpoint parse(String text) {
    if (text.startsWith("unix:")) {
      try {
        return new Unix(Path.of(text.substring(5)).normalize());
      } catch (InvalidPathException e) {
        throw new IllegalArgumentException("'" + text + "' names no path: " + e.getReason(), e);
      }
    }
    boolean udp = text.startsWith("udp:");
    Matcher address =
        HostAndPort.FORM.matcher(udp || text.startsWith("tcp:") ? text.substring(4) : text);
    if (!address.matches()) {
      throw new IllegalArgumentException(
          "'" + text + "' is no address: expected tcp:HOST:PORT, udp:HOST:PORT or unix:PATH");
    }
    String bracketed = address.group("v6");
    String plain = address.group("host");
    String host = bracketed != null ? bracketed : plain != null ? plain : LOOPBACK;
    int port = Integer.parseInt(address.group("port"));
    return udp ? new Udp(host, port) : new Tcp(host, port);
  }
}
