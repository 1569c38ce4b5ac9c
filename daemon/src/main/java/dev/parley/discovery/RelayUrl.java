package dev.parley.discovery;

import com.google.common.base.Ascii;
import com.google.common.base.CharMatcher;
import dev.parley.proto.id.PeerId;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;

/**
 * Where a relay is and how it proves itself.
 *
 * <p>Two forms: {@code HOST:PORT#RELAYID} pins the relay's key and trusts no certificate authority;
 * {@code wss://host[:port][/path]} trusts the system's authorities (a relay behind a reverse
 * proxy), and may pin the key too by {@code #RELAYID}.
 *
 * @param path of the WebSocket, beginning with a slash
 * @param pinned the relay's key, when the URL names it
 */
public record RelayUrl(
    String host, int port, String path, boolean webTrust, Optional<PeerId> pinned) {
  public static final String DEFAULT_PATH = "/parley";
  public static final int MAX_LENGTH = 255;

  private static final String WEB = "wss://";
  private static final int WEB_PORT = 443;

  /**
   * @throws IllegalArgumentException with a sentence for the user
   */
  public static RelayUrl parse(String text) {
    if (text.length() > MAX_LENGTH) {
      throw new IllegalArgumentException("a relay URL has at most " + MAX_LENGTH + " characters");
    }
    boolean web = text.startsWith(WEB);
    URI uri = uri(text, web ? text : "pinned://" + text);
    Optional<PeerId> pinned = Optional.ofNullable(uri.getRawFragment()).flatMap(PeerId::parse);
    if (uri.getRawFragment() != null && pinned.isEmpty()) {
      throw malformed(text, "what follows '#' is no relay id of 52 characters");
    }
    if (!web && pinned.isEmpty()) {
      throw malformed(text, "it lacks '#' and the relay's id");
    }
    if (!web && !uri.getRawPath().isEmpty()) {
      throw malformed(text, "only a wss:// URL has a path");
    }
    int port = uri.getPort() == -1 && web ? WEB_PORT : uri.getPort();
    if (port < 1 || port > 65535) {
      throw malformed(text, "its port is not 1 to 65535");
    }
    String path = uri.getRawPath();
    return new RelayUrl(
        host(uri), port, path.isEmpty() || path.equals("/") ? DEFAULT_PATH : path, web, pinned);
  }

  /** Like {@link #parse}, for text that did not come from the user. */
  static Optional<RelayUrl> tryParse(String text) {
    try {
      return Optional.of(parse(text));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static URI uri(String text, String asUri) {
    // Beyond ASCII a URI is not what goes over the wire, and two that look alike can differ.
    if (!CharMatcher.ascii().matchesAllOf(text)) {
      throw malformed(text, "it has characters beyond ASCII");
    }
    URI uri;
    try {
      uri = new URI(asUri);
    } catch (URISyntaxException e) {
      throw malformed(text, "it cannot be parsed");
    }
    if (uri.getHost() == null || uri.getRawUserInfo() != null || uri.getRawQuery() != null) {
      throw malformed(text, "it has no plain host and port");
    }
    return uri;
  }

  /** In lower case, for the same host should be the same relay; IPv6 without brackets. */
  private static String host(URI uri) {
    String host = Ascii.toLowerCase(uri.getHost());
    return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
  }

  private static IllegalArgumentException malformed(String text, String why) {
    return new IllegalArgumentException(
        "'"
            + text
            + "' is no relay URL: "
            + why
            + "; expected HOST:PORT#RELAYID (as `parleyd relay` prints it) or"
            + " wss://host[:port][/path]");
  }

  /** The text that {@link #parse} takes. */
  @Override
  public String toString() {
    String shownHost = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
    String pin = pinned.map(id -> "#" + id).orElse("");
    if (!webTrust) {
      return shownHost + ":" + port + pin;
    }
    return WEB
        + shownHost
        + (port == WEB_PORT ? "" : ":" + port)
        + (path.equals(DEFAULT_PATH) ? "" : path)
        + pin;
  }
}
