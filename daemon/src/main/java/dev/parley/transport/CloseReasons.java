package dev.parley.transport;

import io.netty.handler.codec.quic.QuicConnectionCloseEvent;
import java.net.ConnectException;
import java.nio.charset.StandardCharsets;

/** Turns what the codec and the peer say of an end into words for people. */
final class CloseReasons {
  private static final int MAX_BYTES = 256;

  private CloseReasons() {}

  /** Why no channel came about. */
  static String ofDial(Throwable cause) {
    return cause instanceof ConnectException
        ? "no answer"
        : "the handshake failed: " + cause.getMessage();
  }

  static String ofHandshake(Throwable cause) {
    Throwable root = cause;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return String.valueOf(root.getMessage());
  }

  static String of(QuicConnectionCloseEvent close) {
    if (close.isTlsError()) {
      return "the peer refused our key or showed a wrong one (TLS error " + close.error() + ")";
    }
    String text = printable(close.reason());
    return text.isEmpty() ? "closed with code " + close.error() : text;
  }

  /** The peer's words, made safe to log and to show on a terminal. */
  private static String printable(byte[] words) {
    int length = Math.min(words.length, MAX_BYTES);
    return new String(words, 0, length, StandardCharsets.UTF_8).replaceAll("[^\\x20-\\x7e]", "?");
  }
}
