package dev.parley.config;

import com.google.common.net.HostAndPort;
import com.google.common.net.InetAddresses;
import com.google.common.net.InternetDomainName;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;

/** {@code HOST:PORT} as people write it, IPv6 in brackets. */
public final class HostPort {
  /** A name has at most 253 characters (RFC 1035 §2.3.4); the rest is brackets and port. */
  private static final int MAX_LENGTH = 263;

  private HostPort() {}

  /**
   * Where to listen. Port 0 is any free port. A name is resolved, which may block.
   *
   * @throws IllegalArgumentException with a sentence for the user
   */
  public static InetSocketAddress toListen(String text) {
    return toListen(text, InetAddress::getByName);
  }

  static InetSocketAddress toListen(String text, Resolver names) {
    HostAndPort parsed = parse(text);
    if (InetAddresses.isInetAddress(parsed.getHost())) {
      return new InetSocketAddress(InetAddresses.forString(parsed.getHost()), parsed.getPort());
    }
    try {
      return new InetSocketAddress(names.resolve(parsed.getHost()), parsed.getPort());
    } catch (UnknownHostException e) {
      throw refused(text, "the name '" + parsed.getHost() + "' has no address");
    }
  }

  /**
   * A server elsewhere, unresolved: names are looked up anew whenever it is used.
   *
   * @throws IllegalArgumentException with a sentence for the user
   */
  public static InetSocketAddress ofServer(String text) {
    HostAndPort parsed = parse(text);
    if (parsed.getPort() == 0) {
      throw refused(text, "a server's port is 1 to 65535");
    }
    return InetSocketAddress.createUnresolved(parsed.getHost(), parsed.getPort());
  }

  private static HostAndPort parse(String text) {
    if (text.length() > MAX_LENGTH) {
      throw new IllegalArgumentException("HOST:PORT has at most " + MAX_LENGTH + " characters");
    }
    if (InetAddresses.isInetAddress(text) && text.indexOf(':') >= 0) {
      throw refused(text, "an IPv6 address stands in brackets: [" + text + "]:PORT");
    }
    HostAndPort parsed;
    try {
      parsed = HostAndPort.fromString(text).requireBracketsForIPv6();
    } catch (IllegalArgumentException e) {
      throw refused(text, "the port is a number from 0 to 65535");
    }
    if (!parsed.hasPort()) {
      throw refused(text, "it lacks ':' and a port");
    }
    String host = parsed.getHost();
    if (!InetAddresses.isInetAddress(host) && !InternetDomainName.isValid(host)) {
      throw refused(text, "'" + host + "' is neither an IP address nor a name");
    }
    return parsed;
  }

  private static IllegalArgumentException refused(String text, String why) {
    return new IllegalArgumentException("'" + text + "' is no HOST:PORT: " + why);
  }

  /** Looks a name up. */
  interface Resolver {
    InetAddress resolve(String name) throws UnknownHostException;
  }
}
