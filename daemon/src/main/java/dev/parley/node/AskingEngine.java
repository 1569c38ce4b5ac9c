package dev.parley.node;

import dev.parley.nat.PeerKey;
import dev.parley.nat.ice.IceAttempt;
import dev.parley.nat.ice.IceEngine;
import dev.parley.nat.ice.IceListener;
import dev.parley.nat.ice.IceLocals;
import dev.parley.nat.ice.IceRole;
import io.netty.buffer.ByteBuf;
import java.net.InetSocketAddress;

/**
 * Asks STUN servers anew as an attempt begins: a router that has restarted, or has forgotten a
 * mapping while the link was relayed, uses another port and tells nobody. What they answer reaches
 * the attempt while it runs. Owned by the event loop.
 */
record AskingEngine(IceEngine engine, Runnable ask) implements IceEngine {
  @Override
  public IceAttempt start(PeerKey peer, IceRole role, IceLocals locals, IceListener listener) {
    ask.run();
    return engine.start(peer, role, locals, listener);
  }

  @Override
  public boolean onStun(ByteBuf packet, InetSocketAddress from) {
    return engine.onStun(packet, from);
  }

  @Override
  public void prewarm() {
    engine.prewarm();
  }

  @Override
  public long rejected() {
    return engine.rejected();
  }

  @Override
  public int inFlight() {
    return engine.inFlight();
  }

  @Override
  public void close() {
    engine.close();
  }
}
