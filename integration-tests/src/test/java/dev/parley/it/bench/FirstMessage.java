package dev.parley.it.bench;

import dev.parley.control.v1.MessageState;
import dev.parley.control.v1.ReceivedMessage;
import dev.parley.it.process.Daemon;
import dev.parley.it.process.RelayProcess;
import dev.parley.it.process.Stage;
import java.util.List;

/**
 * The first message between two running nodes that have no link yet: a handshake, the message and
 * its receipt. In round trips over a relay that is far away, so that the machine hardly counts. Two
 * are the least: one for the handshake, one for the message and its receipt.
 */
final class FirstMessage {
  private static final int PEERS = 8;
  private static final int ONE_WAY_MILLIS = 20;

  /** From a node to the relay and on to the other, and back. */
  private static final double ROUND_TRIP_MILLIS = 4 * ONE_WAY_MILLIS;

  private FirstMessage() {}

  static List<Measured> measure(Stage stage) throws Exception {
    RelayProcess relay = stage.relay();
    DelayingProxy proxy = stage.closeLater(DelayingProxy.start(relay.port(), ONE_WAY_MILLIS));
    String url = "127.0.0.1:" + proxy.port() + "#" + relay.id();
    Daemon alice = stage.home("alice").start("--relay", url);
    alice.control().awaitRelay();
    Samples delivered = new Samples();
    int relayed = 0;
    for (int i = 0; i < PEERS; i++) {
      Daemon peer = stage.home("peer" + i).start("--relay", url);
      peer.control().awaitRelay();
      Daemon.introduceWithoutAddresses(alice, peer);
      long start = System.nanoTime();
      alice.control().send(peer.name(), "hello", MessageState.MESSAGE_STATE_DELIVERED);
      long nanos = System.nanoTime() - start;
      ReceivedMessage message = peer.control().inbox("").read(1).get(0);
      // The first one warms alice up.
      if (i > 0) {
        delivered.add(nanos);
        relayed += message.getPath() == dev.parley.control.v1.PathKind.PATH_KIND_RELAY ? 1 : 0;
      }
      peer.stop();
    }
    String ways = relayed + " of " + (PEERS - 1) + " came by the relay";
    return List.of(
        Measured.atMost(
            "warm first message over a relay until delivered, in round trips of "
                + Math.round(ROUND_TRIP_MILLIS)
                + " ms ("
                + ways
                + ")",
            2.5,
            delivered.median() / ROUND_TRIP_MILLIS,
            ""));
  }
}
