package dev.parley.node;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.parley.files.FileTransfers;
import dev.parley.forward.ForwardsStatus;
import dev.parley.link.LinkPath;
import dev.parley.proto.id.PeerId;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The state of a node at one moment.
 *
 * @param listen HOST:PORT that the UDP port is bound to
 * @param addresses this node's addresses, as peers are told them
 * @param unread messages that the consumer "default" has not acknowledged
 * @param dropped datagrams and frames dropped since the start, by reason
 * @param salvages of damaged databases that still lie beside the present one
 * @param forwards services of this machine, and forwards to services of peers
 * @param files transfers that are not over
 */
public record NodeStatus(
    PeerId id,
    Instant startedAt,
    String listen,
    ImmutableList<String> addresses,
    ImmutableList<Relay> relays,
    ImmutableList<Peer> peers,
    long unread,
    ImmutableMap<String, Long> dropped,
    ImmutableList<Salvage> salvages,
    ForwardsStatus forwards,
    FileTransfers.Summary files) {

  /**
   * @param problem why it is not connected, or empty
   */
  public record Relay(
      String url, RelayState state, boolean home, Optional<Duration> rtt, String problem) {}

  /** Of the connection to a relay. */
  public enum RelayState {
    CONNECTING,
    CONNECTED,
    /** Pausing before the next attempt. */
    WAITING,
    /** Not connected on purpose: another relay is home, and this one takes over when it fails. */
    STANDBY
  }

  /**
   * @param name the contact's name, or empty
   * @param path present while connected
   * @param problem why there is no link though one is wanted, or empty
   * @param since when this state began
   * @param openChannels between programs here and there, now
   */
  public record Peer(
      PeerId id,
      String name,
      LinkState state,
      Optional<LinkPath> path,
      long outbox,
      long unread,
      String problem,
      Instant since,
      int openChannels) {}

  /**
   * What became of a damaged database.
   *
   * @param damaged where it lies now, as it was found
   * @param saved how many of what are in the new database
   * @param missing a phrase for each thing that is lost or may be; empty when nothing is
   */
  public record Salvage(
      Path damaged,
      Instant at,
      String cause,
      ImmutableMap<String, Long> saved,
      ImmutableList<String> missing) {}

  /** Of the link with a peer. */
  public enum LinkState {
    /** No link, and none wanted. */
    IDLE,
    CONNECTING,
    CONNECTED,
    /** Wanted, and the last attempt failed. */
    UNREACHABLE
  }
}
