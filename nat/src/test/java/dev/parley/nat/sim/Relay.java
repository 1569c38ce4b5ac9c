package dev.parley.nat.sim;

import dev.parley.nat.PeerKey;
import dev.parley.nat.RelayCarrier;
import io.netty.buffer.ByteBuf;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * A relay, reached over TCP: in order and without loss, but what a line loses comes later, and all
 * behind it too.
 */
public final class Relay {
  /** TCP's least pause before it sends again (RFC 6298 has a second, systems use this). */
  private static final Duration RETRANSMISSION = Duration.ofMillis(200);

  private final Internet internet;
  private final Line line;
  private final Map<PeerKey, Carrier> carriers = new HashMap<>();
  private boolean up = true;
  private long bytes;
  private long packets;

  Relay(Internet internet, Line line) {
    this.internet = internet;
    this.line = line;
  }

  /** The node's connection to this relay; replaces the one it had. */
  RelayCarrier join(MiniNode node) {
    Carrier carrier = new Carrier(node);
    carriers.put(node.key(), carrier);
    return carrier;
  }

  /** It is gone, or back; nodes notice at once, as with a process that ends. */
  public void up(boolean runs) {
    if (up != runs) {
      up = runs;
      carriers.values().forEach(carrier -> carrier.node.onRelayChanged());
    }
  }

  public boolean isUp() {
    return up;
  }

  public long bytes() {
    return bytes;
  }

  public long packets() {
    return packets;
  }

  private final class Carrier implements RelayCarrier {
    private final MiniNode node;
    private long lastArrival;

    Carrier(MiniNode node) {
      this.node = node;
    }

    @Override
    public String name() {
      return "relay.example:443";
    }

    @Override
    public boolean isConnected() {
      return up && node.site().isConnected();
    }

    @Override
    public boolean send(PeerKey target, ByteBuf datagram) {
      byte[] content = Internet.bytes(datagram);
      node.sending(content);
      if (!isConnected()) {
        return false;
      }
      bytes += content.length;
      packets++;
      Carrier to = carriers.get(target);
      long there = way(node.site().line());
      if (to == null || !to.isConnected()) {
        internet.time.afterNanos(2 * there, () -> node.onAbsent(this, target));
        return true;
      }
      long arrival = internet.time.nanos() + there + way(to.node.site().line());
      to.lastArrival = Math.max(arrival, to.lastArrival + 1);
      internet.time.afterNanos(
          to.lastArrival - internet.time.nanos(), () -> to.arrive(node.key(), content));
      return true;
    }

    private void arrive(PeerKey source, byte[] content) {
      if (isConnected() && carriers.get(node.key()) == this) {
        node.onRelayed(this, source, content);
      }
    }

    private long way(Line of) {
      long nanos = of.delayNanos(internet.random) + line.delayNanos(internet.random);
      return of.loses(internet.random) ? nanos + RETRANSMISSION.toNanos() : nanos;
    }
  }
}
