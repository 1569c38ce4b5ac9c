package dev.parley.nat.ice;

import dev.parley.nat.PeerKey;
import dev.parley.nat.stun.StunClient;
import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.EventExecutor;
import java.net.InetSocketAddress;

/**
 * Runs attempts over one UDP port that carries other traffic too. To be used on the event loop of
 * that port; nothing here blocks it.
 */
public interface IceEngine extends AutoCloseable {
  /** Attempts that hold threads at a time, those that linger included. */
  int MAX_ATTEMPTS = 16;

  /** Attempts that wait for others to end; more fail at once. */
  int MAX_WAITING = 64;

  /** An engine that sends by this sender. Costs nothing until the first attempt. */
  static IceEngine on(EventExecutor loop, StunClient.Sender sender) {
    return new Ice4jEngine(loop, sender);
  }

  /** Begins an attempt, or queues it when as many as may be are under way. */
  IceAttempt start(PeerKey peer, IceRole role, IceLocals locals, IceListener listener);

  /**
   * Takes a STUN packet that is a check of an attempt, or an answer to one, and authentic; says
   * {@code false} to anything else, which nothing was done with. Does not release the packet.
   */
  boolean onStun(ByteBuf packet, InetSocketAddress from);

  /** Loads what the first attempt would otherwise have to wait about a second for. */
  void prewarm();

  /** STUN packets since the start that no attempt has taken, and checks that found no room. */
  long rejected();

  /** Attempts that hold threads now. */
  int inFlight();

  @Override
  void close();
}
