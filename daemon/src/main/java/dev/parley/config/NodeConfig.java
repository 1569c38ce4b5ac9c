package dev.parley.config;

import com.google.common.collect.ImmutableList;
import dev.parley.discovery.RelayUrl;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The configuration of a node.
 *
 * @param listen where the one UDP port is bound; the unspecified address means every interface,
 *     IPv4 and IPv6, and port 0 any free port
 * @param relays in the order given; the one with the lowest round trip becomes home
 * @param stun further STUN servers, beside those of the relays; unresolved
 * @param portMapping whether the gateway is asked to forward a port
 * @param tcp whether there are direct paths over TCP: listened for at the UDP port's number, and
 *     dialled
 * @param lan who may find this node on the same network
 * @param files which are taken, and where to
 * @param dht whether and how the Mainline DHT is used
 */
public record NodeConfig(
    InetSocketAddress listen,
    ImmutableList<RelayUrl> relays,
    ImmutableList<InetSocketAddress> stun,
    MessageLimits messages,
    boolean portMapping,
    boolean tcp,
    Lan lan,
    ChannelLimits channels,
    FileRules files,
    DhtRules dht) {

  /**
   * Found by contacts, with the limits on channels and the rules for files that are usual, and
   * without the DHT.
   */
  public NodeConfig(
      InetSocketAddress listen,
      ImmutableList<RelayUrl> relays,
      ImmutableList<InetSocketAddress> stun,
      MessageLimits messages,
      boolean portMapping,
      boolean tcp) {
    this(
        listen,
        relays,
        stun,
        messages,
        portMapping,
        tcp,
        Lan.CONTACTS,
        ChannelLimits.DEFAULT,
        FileRules.DEFAULT,
        DhtRules.DEFAULT);
  }

  /** Who may find this node on the same network, by multicast DNS. */
  public enum Lan {
    /** Its contacts, and nobody else can tell who it is. */
    CONTACTS,
    /** Everybody: the peer id and the record are readable. */
    OPEN,
    /** Nobody: nothing is sent, and nothing is listened for. */
    OFF
  }

  /**
   * What a configuration file says of a node; the defaults where there is no file. Blocks on the
   * disk, and on a name to listen at.
   *
   * @throws ConfigException when anything in it cannot be used
   */
  public static NodeConfig load(Path file) throws ConfigException {
    return ConfigFile.load(file).node(NodeOverrides.NONE);
  }

  /**
   * How the Mainline DHT is used.
   *
   * @param bootstrap nodes to begin with, unresolved; asked when it is enabled, and never otherwise
   * @param port of the DHT's own UDP socket; 0 for any free one
   * @param addresses whether this node's addresses are published, or its relays alone
   */
  public record DhtRules(
      boolean enabled, ImmutableList<InetSocketAddress> bootstrap, int port, boolean addresses) {
    // The entrances are run by the makers of three BitTorrent clients; any node of the DHT will do.
    public static final DhtRules DEFAULT =
        new DhtRules(
            false,
            ImmutableList.of(
                InetSocketAddress.createUnresolved("router.bittorrent.com", 6_881),
                InetSocketAddress.createUnresolved("dht.transmissionbt.com", 6_881),
                InetSocketAddress.createUnresolved("dht.libtorrent.org", 25_401)),
            0,
            true);
  }

  /**
   * Where files come, and from whom without being asked.
   *
   * @param directory {@code downloads} beside the node's data when empty
   * @param acceptFrom names of contacts whose files are taken without an answer of the user
   * @param acceptMaxBytes at most so much of a transfer is
   */
  public record FileRules(
      Optional<Path> directory, ImmutableList<String> acceptFrom, long acceptMaxBytes) {
    public static final FileRules DEFAULT =
        new FileRules(Optional.empty(), ImmutableList.of(), 1_000_000_000L);
  }

  /**
   * Bounds on what is kept on disk.
   *
   * @param maxOutboxPerPeer messages waiting for one peer; one more is refused to the local sender
   * @param maxUnreadPerPeer messages from one peer that no consumer has acknowledged; past it the
   *     peer is asked to wait
   * @param maxUnreadFromStrangers the same, for all peers together that are no contacts
   * @param acceptFromStrangers whether peers that are no contacts may send at all
   * @param retention of messages that are over
   */
  public record MessageLimits(
      int maxOutboxPerPeer,
      int maxUnreadPerPeer,
      int maxUnreadFromStrangers,
      boolean acceptFromStrangers,
      Retention retention) {
    public static final MessageLimits DEFAULT = new MessageLimits(1_000_000, 100_000, 1_000, true);

    /** With the retention that is usual. */
    public MessageLimits(
        int maxOutboxPerPeer,
        int maxUnreadPerPeer,
        int maxUnreadFromStrangers,
        boolean acceptFromStrangers) {
      this(
          maxOutboxPerPeer,
          maxUnreadPerPeer,
          maxUnreadFromStrangers,
          acceptFromStrangers,
          Retention.DEFAULT);
    }
  }

  /**
   * How long messages are kept that have been read, or have come to their end; 0 is without a
   * bound.
   */
  public record Retention(int days, long bytes) {
    public static final Retention DEFAULT = new Retention(365, 10_000_000_000L);

    public Optional<Duration> maxAge() {
      return days > 0 ? Optional.of(Duration.ofDays(days)) : Optional.empty();
    }

    public OptionalLong maxBytes() {
      return bytes > 0 ? OptionalLong.of(bytes) : OptionalLong.empty();
    }
  }

  /**
   * Bounds on channels.
   *
   * @param maxPerPeer channels that one peer may have open here, and as many that programs here may
   *     have open there
   * @param maxOpeningsPerSecond how many a peer may open in a second, over time; twice as many at
   *     once
   */
  public record ChannelLimits(int maxPerPeer, int maxOpeningsPerSecond) {
    public static final ChannelLimits DEFAULT = new ChannelLimits(1_024, 5_000);
  }
}
