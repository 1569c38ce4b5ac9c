package dev.parley.identity;

import java.nio.charset.StandardCharsets;

/**
 * Says what a signature is for. Listed in docs/protocol.md; each ends with a zero byte, but for
 * one.
 */
public enum SigningLabel {
  DISCOVERY_RECORD("parley/discovery-record/v1"),
  RELAY_CLIENT("parley/relay-client/v1"),
  RELAY_SERVER("parley/relay-server/v1"),
  UNKNOWN_CONNECTION("parley/unknown-connection/v1"),
  PREKEY("parley/prekey/v1"),
  SEALED_MESSAGE("parley/sealed-message/v1"),
  PAIRING("parley/pairing/v1"),
  /** Whether a public key belongs to a private one. Such a signature never leaves the process. */
  KEY_CHECK("parley/key-check/v1"),
  /**
   * An item of the Mainline DHT with a salt. What BEP 44 has signed begins with these bytes, and so
   * does nothing of ours: they are a label, if one without a zero byte at its end.
   */
  MAINLINE_ITEM("4:salt", "");

  private final byte[] bytes;

  SigningLabel(String text) {
    this(text, "\0");
  }

  SigningLabel(String text, String end) {
    this.bytes = (text + end).getBytes(StandardCharsets.US_ASCII);
  }

  byte[] bytes() {
    return bytes.clone();
  }
}
