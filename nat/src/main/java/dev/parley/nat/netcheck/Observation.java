package dev.parley.nat.netcheck;

import java.net.InetSocketAddress;

/** A server saw us there. */
record Observation(InetSocketAddress server, InetSocketAddress mapped) {
  boolean isSameHost(Observation other) {
    return server.getAddress().equals(other.server.getAddress());
  }
}
