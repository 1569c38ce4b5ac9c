package dev.parley.docs;

import dev.parley.config.NodeConfig;
import dev.parley.contacts.Contact;
import dev.parley.identity.PassphraseSource;
import dev.parley.messaging.ConsumerName;
import dev.parley.messaging.OutgoingMessage;
import dev.parley.node.Node;
import dev.parley.proto.home.NodeHome;
import java.nio.file.Path;
import java.time.Clock;
import java.util.concurrent.CountDownLatch;

/**
 * The example of the README; {@link DocumentationTest} sees to it that it compiles as it stands
 * there.
 */
final class EmbeddingExample {
  private EmbeddingExample() {}

  static void run(String ticketOfBob, CountDownLatch untilTheUserLeaves) throws Exception {
    NodeHome home = NodeHome.in(Path.of("my-app"));
    NodeConfig config = NodeConfig.load(home.configFile());
    PassphraseSource passphrases = PassphraseSource.of(System.getenv());
    try (Node node =
        Node.start(
            home, config, new Node.Environment("my-app/1.0", passphrases, Clock.systemUTC()))) {
      System.out.println("my ticket: " + node.ticket(true));
      Contact bob = node.contacts().add("bob", ticketOfBob);
      node.messages()
          .send(OutgoingMessage.text(bob.peer(), "hello"), s -> System.out.println(s.state()));
      node.messages()
          .subscribe(ConsumerName.DEFAULT, 64, m -> System.out.println(m.body().toStringUtf8()));
      untilTheUserLeaves.await();
    }
  }
}
