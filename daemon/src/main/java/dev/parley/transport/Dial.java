package dev.parley.transport;

import com.google.common.net.HostAndPort;
import com.google.common.net.InetAddresses;
import dev.parley.nat.RelayCarrier;
import dev.parley.nat.path.Flow;
import dev.parley.proto.id.PeerId;
import io.netty.channel.ChannelOption;
import io.netty.handler.codec.quic.QuicChannel;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.ScheduledFuture;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One attempt to reach a peer: one QUIC handshake over every known path at once. Owned by the event
 * loop. Ends with exactly one call of its {@link Outcome}, unless it is abandoned.
 */
final class Dial {
  static final Duration TIMEOUT = Duration.ofSeconds(5);

  /** How it ended. */
  interface Outcome {
    void onConnected(Connection connection);

    /**
     * @param disappointing the address that answered with another key, if that was the cause
     */
    void onFailed(String reason, @Nullable InetSocketAddress disappointing);
  }

  private final PeerId peer;
  private final QuicEndpoint endpoint;
  private final Outcome outcome;
  private final Flow flow;
  private final List<InetSocketAddress> addresses;
  private final List<RelayCarrier> relays;
  private final PeerTls.Expectation expectation;
  private @Nullable QuicChannel channel;
  private @Nullable ScheduledFuture<?> timeout;
  private boolean over;

  Dial(PeerId peer, PeerLocator.Whereabouts whereabouts, QuicEndpoint endpoint, Outcome outcome) {
    this.peer = peer;
    this.endpoint = endpoint;
    this.outcome = outcome;
    this.addresses = whereabouts.addresses();
    this.relays = whereabouts.relays();
    this.expectation = new PeerTls.Expectation(peer);
    this.flow = endpoint.context().paths().dial(endpoint.context().keyOf(peer), addresses, relays);
  }

  void start() {
    timeout =
        endpoint
            .loop()
            .schedule(
                () -> fail("no answer from " + tried()), TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
    endpoint
        .bootstrap(flow, expectation, false, this::onHandshake, this::onRefused)
        .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) TIMEOUT.toMillis())
        .connect()
        .addListener(
            (Future<QuicChannel> connecting) -> {
              if (!connecting.isSuccess()) {
                fail(CloseReasons.ofDial(connecting.cause()));
              }
            });
  }

  private void onHandshake(QuicChannel established) {
    if (over) {
      established.close();
      return;
    }
    over = true;
    cancelTimeout();
    Connection connection = endpoint.connectionOf(established, flow, peer);
    outcome.onConnected(connection);
  }

  private void onRefused(QuicChannel refused, String reason) {
    channel = refused;
    fail(reason);
  }

  private void fail(String reason) {
    if (over) {
      return;
    }
    over = true;
    cancelTimeout();
    InetSocketAddress answered = flow.answeredAddress();
    endpoint.discard(channel, flow);
    Optional<String> disappointment = expectation.disappointment();
    if (disappointment.isEmpty()) {
      outcome.onFailed(reason, null);
    } else if (answered == null) {
      outcome.onFailed("through the relay, " + disappointment.get(), null);
    } else {
      outcome.onFailed("at " + text(answered) + " " + disappointment.get(), answered);
    }
  }

  /** Whether somebody has answered, who may be the peer. */
  boolean isAnswered() {
    return flow.lastInbound() != null;
  }

  /** Another connection has made this one needless. */
  void abandon() {
    if (!over) {
      over = true;
      cancelTimeout();
      endpoint.discard(channel, flow);
    }
  }

  private String tried() {
    StringBuilder text = new StringBuilder();
    for (InetSocketAddress address : addresses) {
      text.append(text.isEmpty() ? "" : ", ").append(text(address));
    }
    for (RelayCarrier relay : relays) {
      text.append(text.isEmpty() ? "" : ", ")
          .append("relay ")
          .append(relay.name())
          .append(relay.isConnected() ? "" : " (not connected to it)")
          .append(flow.isAbsentAt(relay) ? " (the peer is not connected to it)" : "");
    }
    return text.isEmpty() ? "anywhere" : text.toString();
  }

  private static String text(InetSocketAddress address) {
    return HostAndPort.fromParts(
            InetAddresses.toAddrString(address.getAddress()), address.getPort())
        .toString();
  }

  private void cancelTimeout() {
    if (timeout != null) {
      timeout.cancel(false);
    }
  }
}
