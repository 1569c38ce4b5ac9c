package dev.parley.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import dev.parley.config.NodeConfig;
import dev.parley.discovery.dht.LoopbackDht;
import dev.parley.identity.PassphraseSource;
import dev.parley.messaging.ConsumerName;
import dev.parley.messaging.OutgoingMessage;
import dev.parley.proto.home.NodeHome;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole nodes, and a DHT of the loopback: there is neither a relay nor a LAN. */
class DhtBetweenNodesTest {
  private static final int NODES = 24;

  @TempDir Path directory;

  @Test
  void twoNodesThatHaveBothMovedFindEachOtherByTheDhtAlone() throws Exception {
    try (LoopbackDht dht = new LoopbackDht(NODES)) {
      try (Node alice = start("alice", "127.0.0.1", dht);
          Node bob = start("bob", "127.0.0.1", dht)) {
        alice.contacts().add("bob", bob.ticket(true));
        bob.contacts().add("alice", alice.ticket(true));
        alice.messages().send(OutgoingMessage.text(bob.id(), "before"));
        patiently().until(() -> unread(bob) == 1);
      }
      dht.kill(NODES / 3);

      // Each moves while the other is away.
      try (Node alice = start("alice", "127.0.0.2", dht)) {
        try (Node bob = start("bob", "127.0.0.3", dht)) {
          bob.messages().send(OutgoingMessage.text(alice.id(), "after"));
          patiently().until(() -> unread(alice) == 1);
          alice.messages().send(OutgoingMessage.text(bob.id(), "found"));
          patiently().until(() -> unread(bob) == 2);
        }
      }
    }
  }

  private Node start(String name, String address, LoopbackDht dht) throws Exception {
    NodeConfig plain =
        new NodeConfig(
            new InetSocketAddress(address, 0),
            ImmutableList.of(),
            ImmutableList.of(),
            NodeConfig.MessageLimits.DEFAULT,
            false,
            true);
    InetSocketAddress entrance =
        InetSocketAddress.createUnresolved("127.0.0.1", dht.entrance().getPort());
    Node node =
        Node.start(
            NodeHome.in(directory.resolve(name)),
            new NodeConfig(
                plain.listen(),
                plain.relays(),
                plain.stun(),
                plain.messages(),
                plain.portMapping(),
                plain.tcp(),
                NodeConfig.Lan.OFF,
                plain.channels(),
                plain.files(),
                new NodeConfig.DhtRules(true, ImmutableList.of(entrance), 0, true)),
            new Node.Environment("parley/test", PassphraseSource.of(Map.of()), Clock.systemUTC()));
    assertThat(node.status().listen()).startsWith(address);
    return node;
  }

  private static long unread(Node node) {
    return node.messages().unread(ConsumerName.DEFAULT);
  }

  /**
   * On a slow machine the first lookup may come before the record, and the next two minutes later.
   */
  private static ConditionFactory patiently() {
    return Awaitility.await().atMost(Duration.ofMinutes(10)).pollInterval(Duration.ofMillis(20));
  }
}
