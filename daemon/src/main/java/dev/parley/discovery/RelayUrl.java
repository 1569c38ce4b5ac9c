package dev.parley.discovery;

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

  /**
   * @throws IllegalArgumentException with a sentence for the user
   */
  public static RelayUrl parse(String text) {
    if (text.length() > MAX_LENGTH) {
      throw new IllegalArgumentException("a relay URL has at most " + MAX_LENGTH + " characters");
    }
    boolean web = text.startsWith("wss://");
    URI uri;
    try {
      uri = new URI(web ? text : "pinned://" + text);
    } catch (URISyntaxException e) {
      throw malformed(text);
    }
    String host = uri.getHost();
    if (host == null || uri.getUserInfo() != null || uri.getQuery() != null) {
      throw malformed(text);
    }
    if (host.startsWith("[")) {
      host = host.substring(1, host.length() - 1);
    }
    Optional<PeerId> pinned = Optional.ofNullable(uri.getFragment()).flatMap(PeerId::parse);
    boolean badPin = uri.getFragment() != null && pinned.isEmpty();
    String path = uri.getPath() == null || uri.getPath().isEmpty() ? "" : uri.getPath();
    int port = uri.getPort() == -1 && web ? 443 : uri.getPort();
    if (badPin || port < 1 || port > 65535 || (!web && (pinned.isEmpty() || !path.isEmpty()))) {
      throw malformed(text);
    }
    return new RelayUrl(
        host, port, path.isEmpty() || path.equals("/") ? DEFAULT_PATH : path, web, pinned);
  }

  private static IllegalArgumentException malformed(String text) {
    return new IllegalArgumentException(
        "'"
            + text
            + "' is no relay URL: expected HOST:PORT#RELAYID (as `parleyd relay` prints it) or"
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
    return "wss://"
        + shownHost
        + (port == 443 ? "" : ":" + port)
        + (path.equals(DEFAULT_PATH) ? "" : path)
        + pin;
  }
}
