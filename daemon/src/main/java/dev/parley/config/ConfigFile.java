package dev.parley.config;

import com.google.common.base.Ascii;
import com.google.common.collect.ImmutableMap;
import dev.parley.config.RelayConfig.Tls;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The configuration file, checked as a whole: every key is known, and every value is of its kind
 * and in its range, for the node and for the relay alike.
 *
 * <p>Immutable once loaded. A file that does not exist leaves the defaults.
 */
public final class ConfigFile {
  private static final String SEE = "docs/configuration.md lists all keys.";
  private static final int SHOWN_CHARACTERS = 80;

  private final Path file;
  private final TomlText text;
  private final ImmutableMap<Key<?>, Object> values;

  private ConfigFile(Path file, TomlText text) throws ConfigException {
    this.file = file;
    this.text = text;
    Map<Key<?>, Object> found = new HashMap<>();
    read("", text.parse(), found);
    this.values = ImmutableMap.copyOf(found);
  }

  /** Reads the file, which may be missing. Blocks on the disk, and on names it has to resolve. */
  public static ConfigFile load(Path file) throws ConfigException {
    return new ConfigFile(file, TomlText.read(file));
  }

  /** As if the file held this text. */
  static ConfigFile of(Path file, String text) throws ConfigException {
    return new ConfigFile(file, new TomlText(file, text));
  }

  /** The node's part. */
  public NodeConfig node(NodeOverrides overrides) {
    return new NodeConfig(
        overrides.listen().orElseGet(() -> get(Keys.LISTEN)),
        overrides.relays().isEmpty() ? get(Keys.RELAYS) : overrides.relays(),
        overrides.stun().isEmpty() ? get(Keys.STUN) : overrides.stun(),
        new NodeConfig.MessageLimits(
            get(Keys.MAX_OUTBOX_PER_PEER),
            get(Keys.MAX_UNREAD_PER_PEER),
            get(Keys.MAX_UNREAD_FROM_STRANGERS),
            get(Keys.ACCEPT_FROM_STRANGERS),
            new NodeConfig.Retention(get(Keys.RETENTION_DAYS), get(Keys.RETENTION_BYTES))),
        get(Keys.PORT_MAPPING),
        get(Keys.TCP),
        NodeConfig.Lan.valueOf(Ascii.toUpperCase(get(Keys.LAN))),
        new NodeConfig.ChannelLimits(
            get(Keys.MAX_CHANNELS_PER_PEER), get(Keys.MAX_OPENINGS_PER_SECOND)),
        new NodeConfig.FileRules(
            find(Keys.FILES_DIRECTORY).map(file::resolveSibling),
            get(Keys.FILES_ACCEPT_FROM),
            get(Keys.FILES_ACCEPT_MAX_BYTES)),
        new NodeConfig.DhtRules(
            get(Keys.DHT_ENABLED),
            get(Keys.DHT_BOOTSTRAP),
            get(Keys.DHT_PORT),
            get(Keys.DHT_ADDRESSES)));
  }

  /**
   * The relay's part.
   *
   * @throws ConfigException when nobody says where to listen, or half of a certificate is missing
   */
  public RelayConfig relay(RelayOverrides overrides) throws ConfigException {
    Optional<InetSocketAddress> listen = overrides.listen().or(() -> find(Keys.RELAY_LISTEN));
    return new RelayConfig(
        listen.orElseThrow(
            () ->
                new ConfigException(
                    file + ": relay.listen is missing: a relay has no address by default",
                    "Give --listen HOST:PORT, or set listen in [relay].")),
        overrides.stun().or(() -> find(Keys.RELAY_STUN)),
        tls(),
        new RelayConfig.Limits(
            get(Keys.MAX_CLIENTS),
            get(Keys.MAX_HANDSHAKES),
            get(Keys.MAX_NEW_CONNECTIONS_PER_SECOND),
            get(Keys.MAX_NEW_CONNECTIONS_PER_ADDRESS_PER_SECOND),
            get(Keys.HANDSHAKE_TIMEOUT),
            get(Keys.MAX_DATAGRAM_BYTES),
            get(Keys.SEND_QUEUE_BYTES),
            get(Keys.BYTES_PER_SECOND_PER_CLIENT),
            get(Keys.STUN_PER_SECOND)),
        new RelayConfig.MailboxLimits(
            Duration.ofDays(get(Keys.MAIL_LIFETIME_DAYS)),
            get(Keys.MAX_MAILBOXES),
            get(Keys.MAX_MAIL_PER_RECIPIENT),
            get(Keys.MAX_MAIL_BYTES_PER_RECIPIENT),
            get(Keys.MAX_MAIL_PER_DEPOSITOR),
            get(Keys.MAX_MAIL_TOTAL_BYTES),
            get(Keys.MAX_MAIL_REQUESTS_PER_ADDRESS)));
  }

  private Tls tls() throws ConfigException {
    Optional<Path> chain = find(Keys.RELAY_TLS_CERTIFICATE_CHAIN);
    Optional<Path> key = find(Keys.RELAY_TLS_PRIVATE_KEY);
    if (chain.isPresent() && key.isPresent()) {
      return new Tls.Files(file.resolveSibling(chain.get()), file.resolveSibling(key.get()));
    }
    if (chain.isPresent() || key.isPresent()) {
      throw new ConfigException(
          text.locate(Keys.RELAY_TLS.name())
              + ": relay.tls needs both certificate_chain and private_key",
          "Add the other one; both are PEM files.");
    }
    return get(Keys.RELAY_TLS).equals("off") ? new Tls.Off() : new Tls.SelfSigned();
  }

  private void read(String table, Map<?, ?> content, Map<Key<?>, Object> found)
      throws ConfigException {
    for (Map.Entry<?, ?> entry : content.entrySet()) {
      String name = table + entry.getKey();
      Key<?> key = Keys.ALL.get(name);
      if (entry.getValue() instanceof Map<?, ?> inner && Keys.isTable(name)) {
        read(name + ".", inner, found);
      } else if (key != null) {
        found.put(key, value(key, entry.getValue()));
      } else if (Keys.isTable(name)) {
        throw refused(name, entry.getValue(), "a table: [" + name + "]", "");
      } else {
        throw unknown(name, entry.getValue());
      }
    }
  }

  private <T> T value(Key<T> key, Object value) throws ConfigException {
    try {
      return key.type().reader().apply(value);
    } catch (IllegalArgumentException e) {
      String detail = e.getMessage() == null ? "" : "; " + e.getMessage();
      throw refused(key.name(), value, key.type().expectation(), detail);
    }
  }

  private ConfigException refused(String name, Object value, String expected, String detail) {
    return new ConfigException(
        text.locate(name) + ": " + name + " = " + shown(value) + ": expected " + expected + detail,
        "Correct it, or remove it to get the default. " + SEE);
  }

  private ConfigException unknown(String name, Object value) {
    if (value instanceof Map<?, ?> inner && !inner.isEmpty()) {
      Map.Entry<?, ?> first = inner.entrySet().iterator().next();
      return unknown(name + "." + first.getKey(), first.getValue());
    }
    String meant =
        Spelling.nearest(name, Keys.ALL.keySet())
            .map(known -> "Did you mean '" + known + "'? ")
            .orElse("");
    return new ConfigException(
        text.locate(name) + ": '" + cut(name) + "' is no key that is known here", meant + SEE);
  }

  private static String shown(Object value) {
    String full = value instanceof String s ? "\"" + s + "\"" : String.valueOf(value);
    return cut(full);
  }

  private static String cut(String text) {
    return text.length() <= SHOWN_CHARACTERS ? text : text.substring(0, SHOWN_CHARACTERS) + "…";
  }

  private <T> T get(Key<T> key) {
    return find(key).orElseThrow(() -> new IllegalStateException(key.name() + " has no default"));
  }

  @SuppressWarnings("unchecked") // A value stands under its own key only.
  private <T> Optional<T> find(Key<T> key) {
    T value = (T) values.get(key);
    return value != null ? Optional.of(value) : key.byDefault().map(key.type().reader());
  }
}
