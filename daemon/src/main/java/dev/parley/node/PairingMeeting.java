package dev.parley.node;

import dev.parley.discovery.RelayUrl;
import dev.parley.identity.Identity;
import dev.parley.nat.PeerKey;
import dev.parley.pairing.PairingException;
import dev.parley.proto.id.PeerId;
import dev.parley.relay.client.RelayClient;
import dev.parley.relay.client.RelayEnvironment;
import dev.parley.relay.client.RelayGreeting;
import dev.parley.relay.client.RelayListener;
import dev.parley.relay.client.RelayProblem;
import dev.parley.relay.v1.RendezvousEvent;
import dev.parley.relay.v1.RendezvousRequest;
import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection to a relay for one pairing, under a key that is made for the occasion: the relay
 * does not learn who pairs. Its client is confined to the event loop; the methods here may be
 * called by any thread.
 */
final class PairingMeeting implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(PairingMeeting.class);

  private final RelayUrl relay;
  private final EventLoop loop;
  private final Listener listener;
  private final RelayClient client;
  private volatile @Nullable PeerId key;

  /** Told on the event loop. */
  interface Listener {
    /** The relay has a rendezvous, and proven its key. */
    void onReady(PairingMeeting from);

    void onUnavailable(PairingMeeting from, PairingException problem);

    void onEvent(PairingMeeting from, RendezvousEvent event);
  }

  private PairingMeeting(RelayUrl relay, NodePairings.Surroundings node, Listener listener) {
    this.relay = relay;
    this.loop = node.loop();
    this.listener = listener;
    this.client =
        RelayClient.create(
            relay,
            new RelayEnvironment(
                Identity.ephemeral(node.random()),
                loop,
                node.blocking(),
                node.random(),
                Optional.empty()),
            new Heard());
  }

  /** Makes a key, which takes some milliseconds, and connects. */
  static PairingMeeting dial(RelayUrl relay, NodePairings.Surroundings node, Listener listener) {
    PairingMeeting meeting = new PairingMeeting(relay, node, listener);
    meeting.post(meeting.client::start);
    return meeting;
  }

  RelayUrl relay() {
    return relay;
  }

  /** The key that the relay has proven. */
  PeerId key() {
    PeerId proven = key;
    if (proven == null) {
      throw new IllegalStateException("the relay has not proven its key");
    }
    return proven;
  }

  void say(RendezvousRequest request) {
    post(() -> client.meet(request));
  }

  @Override
  public void close() {
    post(client::close);
  }

  private void post(Runnable task) {
    if (!NodeMail.post(loop, task)) {
      log.debug("the loop has ended, and every connection with it");
    }
  }

  /** Runs it then, unless the node has ended. */
  static void later(EventLoop loop, Duration in, Runnable task) {
    try {
      loop.schedule(task, in.toMillis(), TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      log.debug("the loop has ended, and every timer with it");
    }
  }

  private final class Heard implements RelayListener {
    @Override
    public void onConnected(RelayGreeting greeting) {
      if (greeting.rendezvous()) {
        key = greeting.relay();
        listener.onReady(PairingMeeting.this);
      } else {
        client.close();
        listener.onUnavailable(PairingMeeting.this, PairingProblems.noRendezvous(relay));
      }
    }

    @Override
    public void onDisconnected(RelayProblem problem) {
      // A slot belongs to its connection: another connection would be of no use.
      client.close();
      listener.onUnavailable(
          PairingMeeting.this, PairingProblems.unreachable(relay, problem.sentence()));
    }

    @Override
    public void onRendezvous(RendezvousEvent event) {
      listener.onEvent(PairingMeeting.this, event);
    }

    @Override
    public void onMeasured(Duration rtt) {
      // It is used for a moment only.
    }

    @Override
    public void onDatagram(PeerKey source, ByteBuf datagram) {
      datagram.release();
    }

    @Override
    public void onDatagramsComplete() {
      // There are none for a key that nobody knows.
    }

    @Override
    public void onTargetAbsent(PeerKey target) {
      // Nothing is sent to anybody.
    }
  }
}
