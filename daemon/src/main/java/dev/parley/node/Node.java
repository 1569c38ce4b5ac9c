package dev.parley.node;

import dev.parley.config.NodeConfig;
import dev.parley.contacts.Contacts;
import dev.parley.identity.PassphraseSource;
import dev.parley.link.LinkPath;
import dev.parley.messaging.Messages;
import dev.parley.proto.home.NodeHome;
import dev.parley.proto.id.PeerId;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/**
 * A running node: what {@code parleyd} runs, and what a Java program embeds. Thread-safe.
 *
 * <p>Closing it ends its links cleanly and waits for the disk; it may block for a few seconds.
 */
public interface Node extends AutoCloseable {
  PeerId id();

  /**
   * A fresh ticket: text that, given to another node, lets it find this one.
   *
   * @param withAddresses whether to tell this node's own addresses; without them it is found
   *     through its relays only
   */
  String ticket(boolean withAddresses);

  Contacts contacts();

  Messages messages();

  /**
   * Starts a node on this home: makes its key and database if they are not there, opens its port,
   * and begins to connect to its relays. Blocks until it can serve.
   *
   * <p>A home belongs to one running node at a time; {@code dev.parley.control.HomeLock} sees to
   * that where several programs may try.
   *
   * @throws NodeStartException with a sentence for the user
   */
  static Node start(NodeHome home, NodeConfig config, Environment environment)
      throws NodeStartException {
    return NodeAssembly.start(home, config, environment);
  }

  /** What a node takes from its surroundings. */
  record Environment(String software, PassphraseSource passphrases, Clock clock) {}

  /** The state of everything, at this moment. Asks the event loop, which never blocks. */
  NodeStatus status();

  /**
   * Calls {@code listener} soon after each change of {@link #status}, at most four times a second,
   * until the returned handle is closed. Must not block.
   */
  Watch watch(Consumer<NodeStatus> listener);

  /**
   * Pings a peer over the link, dialling first where there is none. Replies and the end are told on
   * the links' thread. The caller brings the deadline and closes the handle when it is over.
   */
  Watch ping(PeerId peer, PingPlan plan, PingListener listener);

  /** Holds a peer's link on one kind of path while there is such a path; empty releases it. */
  void pinPath(PeerId peer, Optional<LinkPath.Kind> kind);

  /**
   * Measures the NAT before this node, by its STUN servers, from its own port. Takes up to ten
   * seconds; completes on the links' thread. A measurement that is under way is joined.
   */
  CompletableFuture<NetcheckReport> netcheck();

  /**
   * Why the way to this peer is what it is, from both sides' evidence. A peer with whom there is a
   * link is asked for its side, and waited for up to two seconds; completes on the links' thread.
   */
  CompletableFuture<WhyReport> why(PeerId peer);

  /**
   * Writes an encrypted copy of this node: key, configuration, database. Blocks for as long as it
   * takes; one at a time. What has been written is of no use unless this returns.
   *
   * @return as of when the copy is
   */
  Instant backup(OutputStream out, char[] passphrase) throws IOException;

  /** Completes with a sentence for the user when the database is damaged: then close the node. */
  CompletionStage<String> damage();

  @Override
  void close();

  /** Ends what it was returned for. */
  interface Watch extends AutoCloseable {
    @Override
    void close();
  }

  /**
   * @param count pings to send, at least 1
   * @param untilDirect go on beyond {@code count} until a reply came over a direct path
   */
  record PingPlan(int count, Duration interval, boolean untilDirect) {}

  /** Hears replies. */
  interface PingListener {
    /** Reply number {@code seq}, from 1. */
    void onReply(int seq, Duration roundTrip, LinkPath path);

    /** An attempt to reach the peer failed; another follows. */
    default void onUnreachable(String reason) {}

    /** All pings of the plan are answered. */
    void onDone();
  }
}
