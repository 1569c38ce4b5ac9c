package dev.parley.config;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.Maps;
import dev.parley.config.NodeConfig.ChannelLimits;
import dev.parley.config.NodeConfig.MessageLimits;
import dev.parley.discovery.RelayUrl;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Every key there is. docs/configuration.md lists the same, and a test compares them. */
final class Keys {
  private static final MessageLimits MESSAGES = MessageLimits.DEFAULT;
  private static final ChannelLimits CHANNELS = ChannelLimits.DEFAULT;
  private static final RelayConfig.Limits LIMITS = RelayConfig.Limits.DEFAULT;
  private static final RelayConfig.MailboxLimits MAIL = RelayConfig.MailboxLimits.DEFAULT;

  static final Key<InetSocketAddress> LISTEN = Key.of("listen", KeyType.listenAddress(), "[::]:0");
  static final Key<ImmutableList<RelayUrl>> RELAYS =
      Key.of("relays", KeyType.listOf(8, "relay URLs", KeyType.relayUrl()), List.of());
  static final Key<ImmutableList<InetSocketAddress>> STUN =
      Key.of("stun", KeyType.listOf(8, "HOST:PORT", KeyType.server()), List.of());

  static final Key<Boolean> TCP = Key.of("tcp", KeyType.trueOrFalse(), true);

  static final Key<String> LAN =
      Key.of("lan", KeyType.oneOf("contacts", "open", "off"), "contacts");

  static final Key<Boolean> PORT_MAPPING = Key.of("port_mapping", KeyType.trueOrFalse(), false);

  static final Key<Integer> MAX_OUTBOX_PER_PEER =
      Key.of(
          "messages.max_outbox_per_peer",
          KeyType.smallNumber(1, 100_000_000),
          MESSAGES.maxOutboxPerPeer());
  static final Key<Integer> MAX_UNREAD_PER_PEER =
      Key.of(
          "messages.max_unread_per_peer",
          KeyType.smallNumber(1, 100_000_000),
          MESSAGES.maxUnreadPerPeer());
  static final Key<Integer> MAX_UNREAD_FROM_STRANGERS =
      Key.of(
          "messages.max_unread_from_strangers",
          KeyType.smallNumber(1, 100_000_000),
          MESSAGES.maxUnreadFromStrangers());
  static final Key<Boolean> ACCEPT_FROM_STRANGERS =
      Key.of(
          "messages.accept_from_strangers", KeyType.trueOrFalse(), MESSAGES.acceptFromStrangers());
  static final Key<Integer> RETENTION_DAYS =
      Key.of(
          "messages.retention_days", KeyType.smallNumber(0, 36_500), MESSAGES.retention().days());
  static final Key<Long> RETENTION_BYTES =
      Key.of(
          "messages.retention_bytes",
          KeyType.number(0, 1_000_000_000_000_000L),
          MESSAGES.retention().bytes());

  static final Key<Integer> MAX_CHANNELS_PER_PEER =
      Key.of("channels.max_per_peer", KeyType.smallNumber(1, 1_000_000), CHANNELS.maxPerPeer());
  static final Key<Integer> MAX_OPENINGS_PER_SECOND =
      Key.of(
          "channels.max_openings_per_second",
          KeyType.smallNumber(1, 1_000_000),
          CHANNELS.maxOpeningsPerSecond());
  static final Key<Path> FILES_DIRECTORY = Key.withoutDefault("files.directory", KeyType.path());
  static final Key<ImmutableList<String>> FILES_ACCEPT_FROM =
      Key.of(
          "files.accept_from",
          KeyType.listOf(1_000, "names of contacts", KeyType.word()),
          List.of());
  static final Key<Long> FILES_ACCEPT_MAX_BYTES =
      Key.of(
          "files.accept_max_bytes",
          KeyType.number(0, 1_000_000_000_000_000L),
          NodeConfig.FileRules.DEFAULT.acceptMaxBytes());

  static final Key<Boolean> DHT_ENABLED = Key.of("dht.enabled", KeyType.trueOrFalse(), false);
  static final Key<ImmutableList<InetSocketAddress>> DHT_BOOTSTRAP =
      Key.of(
          "dht.bootstrap",
          KeyType.listOf(8, "HOST:PORT", KeyType.server()),
          NodeConfig.DhtRules.DEFAULT.bootstrap().stream()
              .map(server -> server.getHostString() + ":" + server.getPort())
              .toList());
  static final Key<Integer> DHT_PORT = Key.of("dht.port", KeyType.smallNumber(0, 65_535), 0);
  static final Key<Boolean> DHT_ADDRESSES = Key.of("dht.addresses", KeyType.trueOrFalse(), true);

  static final Key<InetSocketAddress> RELAY_LISTEN =
      Key.withoutDefault("relay.listen", KeyType.listenAddress());
  static final Key<InetSocketAddress> RELAY_STUN =
      Key.withoutDefault("relay.stun", KeyType.listenAddress());
  static final Key<String> RELAY_TLS = Key.of("relay.tls", KeyType.oneOf("self", "off"), "self");
  static final Key<Path> RELAY_TLS_CERTIFICATE_CHAIN =
      Key.withoutDefault("relay.tls.certificate_chain", KeyType.path());
  static final Key<Path> RELAY_TLS_PRIVATE_KEY =
      Key.withoutDefault("relay.tls.private_key", KeyType.path());

  static final Key<Integer> MAX_CLIENTS =
      Key.of("relay.limits.max_clients", KeyType.smallNumber(1, 1_000_000), LIMITS.maxClients());
  static final Key<Integer> MAX_HANDSHAKES =
      Key.of(
          "relay.limits.max_handshakes", KeyType.smallNumber(1, 100_000), LIMITS.maxHandshakes());
  static final Key<Integer> MAX_NEW_CONNECTIONS_PER_SECOND =
      Key.of(
          "relay.limits.max_new_connections_per_second",
          KeyType.smallNumber(1, 1_000_000),
          LIMITS.maxNewConnectionsPerSecond());
  static final Key<Integer> MAX_NEW_CONNECTIONS_PER_ADDRESS_PER_SECOND =
      Key.of(
          "relay.limits.max_new_connections_per_address_per_second",
          KeyType.smallNumber(1, 1_000_000),
          LIMITS.maxNewConnectionsPerAddressPerSecond());
  static final Key<Duration> HANDSHAKE_TIMEOUT =
      Key.of(
          "relay.limits.handshake_timeout",
          KeyType.duration(Duration.ofMillis(100), Duration.ofSeconds(60)),
          KeyType.shown(LIMITS.handshakeTimeout()));
  // QUIC sends no path less than 1,200 bytes (RFC 9000 §14); 9,000 are the largest Ethernet frame.
  static final Key<Integer> MAX_DATAGRAM_BYTES =
      Key.of(
          "relay.limits.max_datagram_bytes",
          KeyType.smallNumber(1_200, 9_000),
          LIMITS.maxDatagramBytes());
  static final Key<Integer> SEND_QUEUE_BYTES =
      Key.of(
          "relay.limits.send_queue_bytes",
          KeyType.smallNumber(16_384, 67_108_864),
          LIMITS.sendQueueBytes());
  static final Key<Long> BYTES_PER_SECOND_PER_CLIENT =
      Key.of(
          "relay.limits.bytes_per_second_per_client",
          KeyType.number(10_000, 100_000_000_000L),
          LIMITS.bytesPerSecondPerClient());
  static final Key<Integer> STUN_PER_SECOND =
      Key.of(
          "relay.limits.stun_per_second",
          KeyType.smallNumber(1, 10_000_000),
          LIMITS.stunPerSecond());

  // Recipients keep the keys to open mail for no longer.
  static final Key<Integer> MAIL_LIFETIME_DAYS =
      Key.of(
          "relay.mailbox.lifetime_days",
          KeyType.smallNumber(1, 14),
          Math.toIntExact(MAIL.lifetime().toDays()));
  static final Key<Integer> MAX_MAILBOXES =
      Key.of(
          "relay.mailbox.max_mailboxes", KeyType.smallNumber(0, 10_000_000), MAIL.maxMailboxes());
  static final Key<Integer> MAX_MAIL_PER_RECIPIENT =
      Key.of(
          "relay.mailbox.max_messages_per_recipient",
          KeyType.smallNumber(1, 1_000_000),
          MAIL.maxMessagesPerRecipient());
  static final Key<Long> MAX_MAIL_BYTES_PER_RECIPIENT =
      Key.of(
          "relay.mailbox.max_bytes_per_recipient",
          KeyType.number(100_000, 100_000_000_000L),
          MAIL.maxBytesPerRecipient());
  static final Key<Integer> MAX_MAIL_PER_DEPOSITOR =
      Key.of(
          "relay.mailbox.max_messages_per_depositor",
          KeyType.smallNumber(1, 1_000_000),
          MAIL.maxMessagesPerDepositor());
  static final Key<Long> MAX_MAIL_TOTAL_BYTES =
      Key.of(
          "relay.mailbox.max_total_bytes",
          KeyType.number(1_000_000, 100_000_000_000_000L),
          MAIL.maxTotalBytes());
  static final Key<Integer> MAX_MAIL_REQUESTS_PER_ADDRESS =
      Key.of(
          "relay.mailbox.requests_per_address_per_second",
          KeyType.smallNumber(1, 1_000_000),
          MAIL.requestsPerAddressPerSecond());

  static final ImmutableMap<String, Key<?>> ALL =
      Maps.uniqueIndex(
          ImmutableList.<Key<?>>of(
              LISTEN,
              RELAYS,
              STUN,
              LAN,
              PORT_MAPPING,
              TCP,
              MAX_OUTBOX_PER_PEER,
              MAX_UNREAD_PER_PEER,
              MAX_UNREAD_FROM_STRANGERS,
              ACCEPT_FROM_STRANGERS,
              RETENTION_DAYS,
              RETENTION_BYTES,
              MAX_CHANNELS_PER_PEER,
              MAX_OPENINGS_PER_SECOND,
              FILES_DIRECTORY,
              FILES_ACCEPT_FROM,
              FILES_ACCEPT_MAX_BYTES,
              DHT_ENABLED,
              DHT_BOOTSTRAP,
              DHT_PORT,
              DHT_ADDRESSES,
              RELAY_LISTEN,
              RELAY_STUN,
              RELAY_TLS,
              RELAY_TLS_CERTIFICATE_CHAIN,
              RELAY_TLS_PRIVATE_KEY,
              MAX_CLIENTS,
              MAX_HANDSHAKES,
              MAX_NEW_CONNECTIONS_PER_SECOND,
              MAX_NEW_CONNECTIONS_PER_ADDRESS_PER_SECOND,
              HANDSHAKE_TIMEOUT,
              MAX_DATAGRAM_BYTES,
              SEND_QUEUE_BYTES,
              BYTES_PER_SECOND_PER_CLIENT,
              STUN_PER_SECOND,
              MAIL_LIFETIME_DAYS,
              MAX_MAILBOXES,
              MAX_MAIL_PER_RECIPIENT,
              MAX_MAIL_BYTES_PER_RECIPIENT,
              MAX_MAIL_PER_DEPOSITOR,
              MAX_MAIL_TOTAL_BYTES,
              MAX_MAIL_REQUESTS_PER_ADDRESS),
          Key::name);

  private Keys() {}

  /** Whether keys stand in a table of this name. */
  static boolean isTable(String name) {
    return ALL.keySet().stream().anyMatch(key -> key.startsWith(name + "."));
  }
}
