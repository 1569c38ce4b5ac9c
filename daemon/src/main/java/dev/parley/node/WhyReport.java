package dev.parley.node;

import com.google.common.collect.ImmutableList;
import dev.parley.diagnosis.Finding;
import dev.parley.link.LinkPath;
import dev.parley.proto.id.PeerId;
import java.time.Duration;
import java.util.Optional;

/**
 * Why the way to a peer is what it is, with the evidence.
 *
 * @param name the contact's name, or empty
 * @param path present while the link is up
 * @param here empty while it has not been measured
 * @param there empty when the peer has not told
 * @param candidates every address of the peer that was tried, and its relays; a bounded number
 * @param lastAttempt how the last attempt to find a direct path ended, for people, or empty
 */
public record WhyReport(
    PeerId peer,
    String name,
    Finding finding,
    Optional<LinkPath> path,
    Optional<Side> here,
    Optional<Side> there,
    ImmutableList<Candidate> candidates,
    String lastAttempt) {

  /**
   * What one side knows of its own network, in the words of RFC 4787.
   *
   * @param udp whether any STUN server answered
   * @param hairpin empty when it is not known
   * @param portMapping whether the gateway forwards a port to this side
   * @param age since it was measured
   */
  public record Side(
      boolean udp,
      boolean ipv4,
      boolean ipv6,
      NetcheckReport.Behavior mapping,
      NetcheckReport.Behavior filtering,
      Optional<Boolean> hairpin,
      boolean portMapping,
      Duration age) {}

  /** How an address came to be known (RFC 8445 §5.1.1). */
  public enum Type {
    HOST,
    SERVER_REFLEXIVE,
    PEER_REFLEXIVE,
    RELAYED
  }

  /** How a path is at the moment. */
  public enum State {
    UNTRIED,
    CHECKING,
    PROVEN,
    DOUBTED,
    SILENT
  }

  /** How an address fared in an attempt of ICE. */
  public enum Check {
    WAITING,
    CHECKING,
    SUCCEEDED,
    FAILED,
    NOT_NEEDED,
    NOT_CHECKED
  }

  /**
   * One way to the peer.
   *
   * @param path where it leads
   * @param type how the address came to be known, if ICE has it
   * @param state empty when it is no path: no probe has gone there
   * @param check how it fared in the last attempt of ICE that it had a part in
   * @param silent since the last answer to a probe; empty when there was none
   * @param failure how the last TCP connect ended, for people, or empty
   */
  public record Candidate(
      LinkPath path,
      Optional<Type> type,
      Optional<State> state,
      Optional<Check> check,
      boolean inUse,
      long probesSent,
      long probesAnswered,
      Optional<Duration> silent,
      String failure) {}
}
