package dev.parley.nat.tcp;

import dev.parley.nat.TcpCarrier;

/** Hears how a dial ended, once. Called on the event loop. */
public interface DialListener {
  /** The connection is tied to the peer; whether it is of use, its probes will show. */
  void onTied(TcpCarrier connection);

  void onFailed(String reason);
}
