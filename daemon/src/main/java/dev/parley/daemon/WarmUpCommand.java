package dev.parley.daemon;

import com.google.common.collect.ImmutableList;
import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import dev.parley.config.NodeConfig;
import dev.parley.config.RelayConfig;
import dev.parley.control.ControlServer;
import dev.parley.discovery.RelayUrl;
import dev.parley.identity.Identity;
import dev.parley.identity.PassphraseSource;
import dev.parley.messaging.ConsumerName;
import dev.parley.messaging.InboxListener;
import dev.parley.messaging.InboxSubscription;
import dev.parley.messaging.OutgoingMessage;
import dev.parley.messaging.ReceivedMessage;
import dev.parley.node.Node;
import dev.parley.proto.home.NodeHome;
import dev.parley.relay.server.RelayServer;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/**
 * Does once, within this process, what a daemon does all day, so that the launcher can archive the
 * classes it takes: two nodes and a relay on loopback, and a message between them.
 */
@Command(name = "warm-up", hidden = true, description = "Trains the class archive.")
final class WarmUpCommand implements Callable<Integer> {
  private static final InetSocketAddress LOOPBACK = new InetSocketAddress("127.0.0.1", 0);
  private static final int DEADLINE_SECONDS = 60;

  @Override
  public Integer call() throws Exception {
    Path directory = Files.createTempDirectory("parley");
    SecureRandom random = new SecureRandom();
    RelayConfig relayConfig =
        new RelayConfig(
            LOOPBACK,
            Optional.empty(),
            new RelayConfig.Tls.SelfSigned(),
            RelayConfig.Limits.DEFAULT);
    NodeHome home = NodeHome.in(directory.resolve("a"));
    try (RelayServer relay = RelayServer.start(Identity.ephemeral(random), relayConfig);
        Node alice = node(home, relay.url());
        Node bob = node(NodeHome.in(directory.resolve("b")), relay.url());
        ControlServer control =
            ControlServer.start(alice, home, new ControlServer.Program("warm-up", () -> {}))) {
      alice.contacts().add("bob", bob.ticket(true));
      converse(alice, bob);
      alice.status();
      control.close();
    } finally {
      MoreFiles.deleteRecursively(directory, RecursiveDeleteOption.ALLOW_INSECURE);
    }
    return CommandLine.ExitCode.OK;
  }

  private static Node node(NodeHome home, RelayUrl relay) throws Exception {
    return Node.start(
        home,
        new NodeConfig(
            LOOPBACK,
            ImmutableList.of(relay),
            ImmutableList.of(),
            NodeConfig.MessageLimits.DEFAULT,
            false,
            true),
        new Node.Environment("parley/warm-up", PassphraseSource.of(Map.of()), Clock.systemUTC()));
  }

  private static void converse(Node alice, Node bob) throws Exception {
    CompletableFuture<Long> arrived = new CompletableFuture<>();
    InboxListener listener =
        new InboxListener() {
          @Override
          public void onMessage(ReceivedMessage message) {
            arrived.complete(message.position());
          }
        };
    try (InboxSubscription inbox = bob.messages().subscribe(ConsumerName.DEFAULT, 1, listener)) {
      alice.messages().send(OutgoingMessage.text(bob.id(), "warm"));
      long position = arrived.get(DEADLINE_SECONDS, TimeUnit.SECONDS);
      inbox.acknowledge(position).toCompletableFuture().get(DEADLINE_SECONDS, TimeUnit.SECONDS);
    }
  }
}
