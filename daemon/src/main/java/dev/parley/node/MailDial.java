package dev.parley.node;

import dev.parley.discovery.RelayUrl;
import dev.parley.identity.Identity;
import dev.parley.mail.MailRelay;
import dev.parley.nat.PeerKey;
import dev.parley.relay.client.RelayClient;
import dev.parley.relay.client.RelayEnvironment;
import dev.parley.relay.client.RelayGreeting;
import dev.parley.relay.client.RelayListener;
import dev.parley.relay.client.RelayProblem;
import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Connects to relays under a key that is made for the occasion, so that a relay at which mail is
 * left does not learn from whom. Thread-safe; blocks.
 */
final class MailDial {
  private static final Logger log = LoggerFactory.getLogger(MailDial.class);

  private final EventLoop loop;
  private final Executor resolver;
  private final SecureRandom random;

  MailDial(EventLoop loop, Executor resolver, SecureRandom random) {
    this.loop = loop;
    this.resolver = resolver;
    this.random = random;
  }

  MailRelay connect(RelayUrl url) throws IOException {
    RelayEnvironment environment =
        new RelayEnvironment(Identity.ephemeral(random), loop, resolver, random, Optional.empty());
    Attempt attempt = new Attempt();
    RelayClient client = RelayClient.create(url, environment, attempt);
    MailRelay relay = new NodeMail.Asking(loop, client::ask, () -> closed(client));
    if (!NodeMail.post(loop, client::start)) {
      throw new IOException("the node is closing");
    }
    try {
      NodeMail.Asking.await(() -> attempt.connected);
      return relay;
    } catch (IOException e) {
      relay.close();
      throw e;
    }
  }

  private void closed(RelayClient client) {
    if (!NodeMail.post(loop, client::close)) {
      log.debug("the loop has ended, and every connection with it");
    }
  }

  /** The first outcome counts; what comes later shows in the answers that fail. */
  private static final class Attempt implements RelayListener {
    final CompletableFuture<RelayGreeting> connected = new CompletableFuture<>();

    @Override
    public void onConnected(RelayGreeting greeting) {
      if (greeting.mailLifetime().isZero()) {
        connected.completeExceptionally(new IOException("the relay keeps no mail"));
      } else {
        connected.complete(greeting);
      }
    }

    @Override
    public void onDisconnected(RelayProblem problem) {
      connected.completeExceptionally(new IOException(problem.sentence()));
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
