package dev.parley.relay.client;

import dev.parley.discovery.RelayUrl;
import dev.parley.nat.RelayCarrier;
import dev.parley.relay.v1.MailRequest;
import dev.parley.relay.v1.MailResponse;
import dev.parley.relay.v1.RendezvousRequest;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * One relay that is kept connected: after a loss it connects again, ever more patiently.
 *
 * <p>Confined to the event loop of its {@link RelayEnvironment}.
 */
public interface RelayClient extends RelayCarrier {
  /** Where the client stands. */
  enum State {
    /** Not started, or closed. */
    IDLE,
    /** From the look-up of the name to the relay's proof of its key. */
    CONNECTING,
    CONNECTED,
    /** Pausing before the next attempt. */
    WAITING
  }

  /** A client over TLS; it does nothing until it is started. */
  static RelayClient create(RelayUrl url, RelayEnvironment environment, RelayListener listener) {
    return new NettyRelayClient(url, environment, listener);
  }

  RelayUrl url();

  /** Connects, and goes on doing so until {@link #close}. */
  void start();

  /** Ends the connection without a word to the listener. It may be started again. */
  void close();

  /**
   * Finds out at once whether the relay is still there, as after a change of network; while waiting
   * for the next attempt, attempts now.
   */
  void checkNow();

  /**
   * Asks the relay something about mail. Four at a time are answered; the stage fails when there
   * are more, when the relay is not connected or goes, and when it does not answer.
   */
  CompletionStage<MailResponse> ask(MailRequest request);

  /** Asks for a slot, or sends a frame in it; lost when the relay is not connected. */
  void meet(RendezvousRequest request);

  State state();

  /** Smoothed; present once measured on the present connection. */
  Optional<Duration> rtt();

  /** Why it is not connected; empty while it is, and before the first failure. */
  Optional<RelayProblem> problem();

  /** Datagrams dropped because the relay was not connected, too slow, or they were too large. */
  long dropped();
}
