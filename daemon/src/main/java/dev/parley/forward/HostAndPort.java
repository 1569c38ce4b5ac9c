package dev.parley.forward;

import java.util.regex.Pattern;

/** HOST:PORT, in one place. */
final class HostAndPort {
  static final Pattern FORM =
      Pattern.compile(
          "(?:(?:\\[(?<v6>[0-9A-Fa-f:.%\\w]{2,60})]|(?<host>[\\w.-]{1,253})):)?(?<port>\\d{1,5})");

  private static final int MAX_PORT = 65_535;

  private HostAndPort() {}

  static void check(String host, int port) {
    if (port < 0 || port > MAX_PORT) {
      throw new IllegalArgumentException(port + " is no port: expected 0 to " + MAX_PORT);
    }
    if (!FORM.matcher(show(host, port)).matches()) {
      throw new IllegalArgumentException("'" + host + "' is no host");
    }
  }

  static String show(String host, int port) {
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
  }
}
