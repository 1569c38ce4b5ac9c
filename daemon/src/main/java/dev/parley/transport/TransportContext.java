package dev.parley.transport;

import com.google.protobuf.ByteString;
import dev.parley.link.ByteStreamAcceptor;
import dev.parley.link.ByteStreamKind;
import dev.parley.link.DatagramReceiver;
import dev.parley.link.StreamAcceptor;
import dev.parley.link.StreamKind;
import dev.parley.nat.PeerKey;
import dev.parley.nat.path.PathSwitch;
import dev.parley.peer.v1.Candidates;
import dev.parley.peer.v1.Goodbye;
import dev.parley.peer.v1.Hello;
import dev.parley.peer.v1.IceSignal;
import dev.parley.peer.v1.MailGrant;
import dev.parley.peer.v1.NatNotice;
import dev.parley.peer.v1.SignedRecord;
import dev.parley.proto.id.PeerId;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/** What connections share with the transport they belong to. Used on the event loop. */
interface TransportContext {
  PeerId self();

  LongSupplier nanoTime();

  RandomGenerator random();

  PathSwitch paths();

  String software();

  /** Eight bytes made once per start. */
  ByteString instance();

  SignedRecord ownRecord();

  @Nullable StreamAcceptor acceptor(StreamKind kind);

  @Nullable ByteStreamAcceptor acceptor(ByteStreamKind kind);

  DatagramReceiver datagramReceiver();

  /** The streams of bytes with all peers. */
  BulkStreams bulk();

  Counters counters();

  Events events();

  /** Logs at WARN, a few lines a second at the most, whatever peers do. */
  void logLimited(Logger log, String format, Object... arguments);

  default PeerKey keyOf(PeerId peer) {
    return PeerKey.of(peer.toByteArray());
  }

  /** What connections tell the transport. */
  interface Events {
    void onHello(Connection connection, Hello hello);

    void onCandidates(Connection connection, Candidates candidates);

    void onIce(Connection connection, IceSignal signal);

    void onMailGrant(Connection connection, MailGrant grant);

    void onNat(Connection connection, NatNotice notice);

    void onGoodbye(Connection connection, Goodbye goodbye);
  }

  /** Counted since the start. */
  record Counters(LongAdder hostileStreams, LongAdder failedHandshakes) {}
}
