package dev.parley.it.bench;

import dev.parley.control.v1.MessageState;
import dev.parley.control.v1.PathKind;
import dev.parley.control.v1.ReceivedMessage;
import dev.parley.it.process.Daemon;
import dev.parley.it.process.RelayProcess;
import dev.parley.it.process.Stage;
import java.util.ArrayList;
import java.util.List;

/**
 * The first message between two nodes that have been running for a while and have no link yet: a
 * handshake, the message and its receipt. In round trips over a relay that is far away, so that the
 * machine hardly counts. Two are the least: one for the handshake, one for the message and its
 * receipt.
 */
final class FirstMessage {
  private static final int NODES = 6;
  private static final int ONE_WAY_MILLIS = 20;

  /** From a node to the relay and on to the other, and back. */
  private static final double ROUND_TRIP_MILLIS = 4 * ONE_WAY_MILLIS;

  /** The first pairs are not counted: they warm each process up in both roles. */
  private static final int WARM_UP_DISTANCE = NODES / 2;

  private FirstMessage() {}

  static List<Measured> measure(Stage stage) throws Exception {
    RelayProcess relay = stage.relay();
    DelayingProxy proxy = stage.closeLater(DelayingProxy.start(relay.port(), ONE_WAY_MILLIS));
    List<Daemon> nodes = new ArrayList<>();
    for (int i = 0; i < NODES; i++) {
      Daemon node =
          stage.home("n" + i).start("--relay", "127.0.0.1:" + proxy.port() + "#" + relay.id());
      node.control().awaitRelay();
      nodes.add(node);
    }
    Samples delivered = new Samples();
    int counted = 0;
    int relayed = 0;
    // Every pair once, nearest neighbours first.
    for (int distance = 1; distance < NODES; distance++) {
      for (int i = 0; i + distance < NODES; i++) {
        Daemon from = nodes.get(i);
        Daemon to = nodes.get(i + distance);
        Daemon.introduceWithoutAddresses(from, to);
        long start = System.nanoTime();
        from.control().send(to.name(), "hello", MessageState.MESSAGE_STATE_DELIVERED);
        long nanos = System.nanoTime() - start;
        ReceivedMessage message = to.control().inbox("").read(1).get(0);
        if (distance >= WARM_UP_DISTANCE) {
          delivered.add(nanos);
          counted++;
          relayed += message.getPath() == PathKind.PATH_KIND_RELAY ? 1 : 0;
        }
      }
    }
    String ways = relayed + " of " + counted + " came by the relay";
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
