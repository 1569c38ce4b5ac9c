package dev.parley.node;

import dev.parley.channels.Channels;
import dev.parley.config.NodeConfig;
import dev.parley.contacts.Contacts;
import dev.parley.files.FileTransfers;
import dev.parley.forward.Forwards;
import dev.parley.identity.PassphraseSource;
import dev.parley.link.LinkPath;
import dev.parley.messaging.Messages;
import dev.parley.pairing.Pairings;
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
 * <p>Callbacks come on threads of the node: those of messages on the messaging thread, all others
 * on the links' thread. They must not block, and must not close the node; every other method that
 * is not said to block may be called in them.
 *
 * <p>Implemented by parley alone: methods are added in minor versions. {@code docs/embedding.md}
 * tells what else the public API consists of, and what is promised of it.
 */
public interface Node extends AutoCloseable {
  /** Who this node is: its public key, the same for as long as its home is. */
  PeerId id();

  /**
   * A fresh ticket: text that, given to another node, lets it find this one.
   *
   * @param withAddresses whether to tell this node's own addresses; without them it is found
   *     through its relays only
   */
  String ticket(boolean withAddresses);

  /** The address book. */
  Contacts contacts();

  /** What is sent and received. */
  Messages messages();

  /** Sockets to peers: streams and datagrams, to services by name. */
  Channels channels();

  /** Local services for peers, and local addresses that lead to services of peers. */
  Forwards forwards();

  /** Files from peer to peer. */
  FileTransfers files();

  /** Becoming contacts by short codes. */
  Pairings pairings();

  /**
   * Starts a node on this home: makes its key and database if they are not there, opens its port,
   * and begins to connect to its relays. Blocks until it can serve: for a second or so, and for as
   * long as a passphrase is asked for.
   *
   * <p>A home belongs to one running node at a time, in this process or another; the operating
   * system lets go of it when the process ends, however it ends. Several nodes on homes of their
   * own may run in one process.
   *
   * @throws NodeStartException with a sentence for the user, when another node runs on this home,
   *     when the key, the database or the port cannot be used, or the disk fails; nothing is left
   *     running then
   */
  static Node start(NodeHome home, NodeConfig config, Environment environment)
      throws NodeStartException {
    return NodeAssembly.start(home, config, environment);
  }

  /**
   * What a node takes from its surroundings.
   *
   * @param software name and version of the program, such as {@code "my-app/1.0"}, as peers are
   *     told
   * @param passphrases asked when the key is made and when it is read
   * @param clock of what is dated and of what expires; {@link Clock#systemUTC} but in tests
   */
  record Environment(String software, PassphraseSource passphrases, Clock clock) {}

  /** The state of everything, at this moment. Asks the links' thread, which never blocks. */
  NodeStatus status();

  /**
   * Calls {@code listener} soon after each change of {@link #status}, at most four times a second,
   * until the returned handle or the node is closed. On the links' thread; must not block.
   */
  Watch watch(Consumer<NodeStatus> listener);

  /**
   * Pings a peer over the link, dialling first where there is none. Replies and the end are told on
   * the links' thread. There is no deadline: the caller brings one, and closes the handle when it
   * is over.
   */
  Watch ping(PeerId peer, PingPlan plan, PingListener listener);

  /**
   * For diagnosis and tests: holds a peer's link on one kind of path while there is such a path;
   * empty releases it. Forgotten when the node ends.
   */
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

  /**
   * Ends the links, tells peers, waits for the disk and lets go of the home. Blocks for some
   * seconds at most; closing again does nothing. What was accepted by then is on disk, and goes on
   * with the next start. A process may as well be killed.
   */
  @Override
  void close();

  /** Ends what it was returned for. */
  interface Watch extends AutoCloseable {
    @Override
    void close();
  }

  /**
   * What {@link #ping} does.
   *
   * @param count pings to be answered, at least 1
   * @param interval from an answer to the next ping
   * @param untilDirect go on beyond {@code count} until a reply came over a direct path
   */
  record PingPlan(int count, Duration interval, boolean untilDirect) {}

  /** Hears replies, on the links' thread; must not block. Implemented by programs. */
  interface PingListener {
    /** Reply number {@code seq}, from 1. */
    void onReply(int seq, Duration roundTrip, LinkPath path);

    /** An attempt to reach the peer failed; another follows. */
    default void onUnreachable(String reason) {}

    /** All pings of the plan are answered. */
    void onDone();
  }
}
