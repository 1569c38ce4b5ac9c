package dev.parley.it.bench;

import com.google.protobuf.ByteString;
import dev.parley.it.process.Stage;
import dev.parley.messaging.OutgoingMessage;
import dev.parley.node.Node;
import dev.parley.proto.id.PeerId;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Messages of 400 bytes from one node to fifty in turn; all of them are in this process, and each
 * has its own database.
 */
final class ManyPeers {
  private static final int PEERS = 50;
  private static final int WARM_UP = 10_000;
  private static final int MESSAGES = 50_000;
  private static final int OUTSTANDING = 4_096;
  private static final ByteString BODY = ByteString.copyFrom(new byte[400]);

  private ManyPeers() {}

  static List<Measured> measure(Stage stage) throws Exception {
    List<Node> peers = new ArrayList<>();
    try (Node sender = Embedded.start(stage.home("sender"))) {
      List<PeerId> ids = new ArrayList<>();
      for (int i = 0; i < PEERS; i++) {
        Node peer = Embedded.start(stage.home("peer" + i));
        peers.add(peer);
        peer.contacts().add("sender", sender.ticket(true));
        sender.contacts().add("peer" + i, peer.ticket(true));
        ids.add(peer.id());
      }
      send(sender, ids, WARM_UP);
      double perSecond = send(sender, ids, MESSAGES);
      return List.of(
          Measured.without(
              "durable messages to " + PEERS + " peers, all on this machine", perSecond, "/s"));
    } finally {
      for (Node peer : peers) {
        peer.close();
      }
    }
  }

  private static double send(Node node, List<PeerId> peers, int count) throws InterruptedException {
    Semaphore room = new Semaphore(OUTSTANDING);
    long start = System.nanoTime();
    for (int i = 0; i < count; i++) {
      room.acquire();
      node.messages()
          .send(new OutgoingMessage(peers.get(i % PEERS), "application/octet-stream", BODY))
          .whenComplete((id, failure) -> room.release());
    }
    room.acquire(OUTSTANDING);
    while (peers.stream().anyMatch(peer -> node.messages().outboxSize(peer) > 0)) {
      TimeUnit.MILLISECONDS.sleep(1);
    }
    return count * 1e9 / (System.nanoTime() - start);
  }
}
