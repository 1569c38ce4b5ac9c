package dev.parley.relay.server;

import java.util.Locale;

/** Why the relay dropped or refused something: each is counted, and logged at a limited rate. */
enum Refusal {
  NEW_CONNECTIONS_PER_SECOND("connections refused: too many new ones in all"),
  NEW_CONNECTIONS_PER_ADDRESS("connections refused: too many new ones from one address"),
  HANDSHAKES("connections refused: too many that have not authenticated"),
  HANDSHAKE_TIMEOUT("connections closed: not authenticated in time"),
  CLIENTS("clients refused: the relay is full"),
  TLS_FAILED("connections closed: no TLS, or TLS failed"),
  PLAIN_HTTP("requests answered that were no WebSocket upgrade of ours"),
  BAD_SIGNATURE("clients refused: their signature does not prove their key"),
  OTHER_VERSION("clients refused: they speak another version"),
  PROTOCOL_ERROR("connections closed: they broke the protocol"),
  FRAME_TOO_LARGE("frames refused: larger than allowed"),
  CLIENT_RATE("datagrams dropped: a client sent more than its share"),
  CONTROL_RATE("control messages dropped: a client sent too many"),
  SEND_QUEUE_FULL("datagrams dropped: the target reads too slowly"),
  TARGET_ABSENT("datagrams dropped: the target is not connected"),
  IDLE("clients dropped: silent for too long"),
  STUN_RATE("STUN requests dropped: too many"),
  STUN_MALFORMED("datagrams dropped at the STUN port: no binding requests"),
  MAIL_RATE("requests about mail refused: too many"),
  MAIL_MEMORY("connections closed: too many unfinished requests about mail"),
  RENDEZVOUS_GUESS("tries of a pairing code refused: nobody waits with that number"),
  RENDEZVOUS_RATE("tries of a pairing code refused: too many of an address, or in all"),
  RENDEZVOUS_SLOTS("pairing codes refused: too many of an address, or in all"),
  RENDEZVOUS_MISUSED("pairings ended: a frame too many, too large or without a partner"),
  FAILED("connections closed: failed in the relay");

  private final String sentence;

  Refusal(String sentence) {
    this.sentence = sentence;
  }

  String sentence() {
    return sentence;
  }

  /** In statistics: {@code send-queue-full}. */
  String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
