package dev.parley.config;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * The configuration of the relay role.
 *
 * @param listen TCP
 * @param stun UDP; empty means the same address and port as {@code listen}
 */
public record RelayConfig(
    InetSocketAddress listen,
    Optional<InetSocketAddress> stun,
    Tls tls,
    Limits limits,
    MailboxLimits mailbox) {
  /** With the default limits of mailboxes. */
  public RelayConfig(
      InetSocketAddress listen, Optional<InetSocketAddress> stun, Tls tls, Limits limits) {
    this(listen, stun, tls, limits, MailboxLimits.DEFAULT);
  }

  /** How clients reach the relay's TCP port. */
  public sealed interface Tls {
    /** A self-signed certificate of the relay's own key: clients pin it by the URL. */
    record SelfSigned() implements Tls {}

    /** A certificate that the web trusts: clients use wss://. PEM files. */
    record Files(Path certificateChain, Path privateKey) implements Tls {}

    /** None: a reverse proxy on the same machine brings it. */
    record Off() implements Tls {}
  }

  /**
   * What strangers can make the relay hold or do.
   *
   * @param maxClients authenticated connections
   * @param maxHandshakes connections that have not authenticated yet
   * @param maxNewConnectionsPerSecond in all
   * @param maxNewConnectionsPerAddressPerSecond per IPv4 address or IPv6 /64
   * @param handshakeTimeout from accept to authenticated
   * @param maxDatagramBytes largest datagram that is forwarded
   * @param sendQueueBytes waiting for one client; more is dropped
   * @param bytesPerSecondPerClient accepted from one client; more is dropped
   * @param stunPerSecond STUN requests answered in all
   */
  public record Limits(
      int maxClients,
      int maxHandshakes,
      int maxNewConnectionsPerSecond,
      int maxNewConnectionsPerAddressPerSecond,
      Duration handshakeTimeout,
      int maxDatagramBytes,
      int sendQueueBytes,
      long bytesPerSecondPerClient,
      int stunPerSecond) {
    public static final Limits DEFAULT =
        new Limits(
            10_000, 512, 500, 20, Duration.ofSeconds(10), 1_500, 131_072, 16_000_000, 20_000);
  }

  /**
   * What the relay keeps for peers that are away.
   *
   * @param lifetime of a sealed message, from its deposit
   * @param maxMailboxes peers for whom mail may be kept
   * @param maxMessagesPerRecipient that wait for one peer
   * @param maxBytesPerRecipient that wait for one peer
   * @param maxMessagesPerDepositor that wait for one peer by one capability
   * @param maxTotalBytes of the database
   * @param requestsPerAddressPerSecond of those who leave mail, whatever keys they come with
   */
  public record MailboxLimits(
      Duration lifetime,
      int maxMailboxes,
      int maxMessagesPerRecipient,
      long maxBytesPerRecipient,
      int maxMessagesPerDepositor,
      long maxTotalBytes,
      int requestsPerAddressPerSecond) {
    public static final MailboxLimits DEFAULT =
        new MailboxLimits(Duration.ofDays(14), 10_000, 1_000, 16_777_216, 200, 4_294_967_296L, 20);
  }
}
