package dev.parley.nat.path;

import java.util.Locale;

/** Why a datagram was dropped. */
public enum Drop {
  /** Neither STUN, nor a probe, nor what runs above the switch. */
  UNKNOWN_FORM,
  /** Of no flow we know, and not one that may begin a flow. */
  UNKNOWN_FLOW,
  /** Too many flows whose peer is unproven, or begun too fast. */
  TOO_MANY_STRANGERS,
  /** A probe for a link we do not know. */
  UNKNOWN_PROBE,
  /** A probe or notice with a bad authentication code, or an answer to nothing. */
  FORGED_PROBE,
  /** More probes than a peer may send. */
  TOO_MANY_PROBES,
  /** The queue in front of a path was full. */
  QUEUE_FULL,
  /** To send: there was no path, or the relay took no more. */
  NO_PATH,
  /** To send: the TCP connection took no more. */
  TCP_BUSY,
  /** A TCP connection beyond what there may be. */
  TCP_REFUSED,
  /**
   * A TCP connection that did not tie itself to a peer, or not in time, or sent what is no frame.
   */
  TCP_HOSTILE;

  /** As it stands in the status: lower case with dashes. */
  public String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
