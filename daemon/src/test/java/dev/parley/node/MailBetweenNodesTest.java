package dev.parley.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import dev.parley.config.NodeConfig;
import dev.parley.config.NodeConfig.MessageLimits;
import dev.parley.discovery.RelayUrl;
import dev.parley.identity.Identity;
import dev.parley.identity.PassphraseSource;
import dev.parley.identity.ThrowawayIdentity;
import dev.parley.messaging.ConsumerName;
import dev.parley.messaging.MessageState;
import dev.parley.messaging.OutgoingMessage;
import dev.parley.proto.home.NodeHome;
import dev.parley.relay.TestRelays;
import dev.parley.relay.server.RelayServer;
import dev.parley.store.MailDatabase;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole nodes and a whole relay in this process; one of the nodes is always away. */
class MailBetweenNodesTest {
  @TempDir Path directory;

  private final Identity relayKey = ThrowawayIdentity.create();
  private MailDatabase database;
  private RelayServer relay;
  private RelayUrl url;
  private Node alice;
  private Node bob;

  @BeforeEach
  void meet() throws Exception {
    database = MailDatabase.open(directory.resolve("mailbox.db"), Clock.systemUTC());
    relay = RelayServer.start(relayKey, TestRelays.config(), database.mail());
    url = relay.url();
    alice = start("alice");
    bob = start("bob");
    patiently().until(() -> hasHome(alice));
    patiently().until(() -> hasHome(bob));
    alice.contacts().add("bob", bob.ticket(false));
    bob.contacts().add("alice", alice.ticket(false));
    alice.messages().send(OutgoingMessage.text(bob.id(), "hello"));
    patiently()
        .untilAsserted(
            () -> {
              assertThat(count("alice/parley.db", "correspondent WHERE received IS NOT NULL"))
                  .isEqualTo(1);
              assertThat(count("mailbox.db", "capability")).isEqualTo(2);
              for (Node node : List.of(alice, bob)) {
                assertThat(count("mailbox.db", "one_time WHERE owner = X'" + hex(node) + "'"))
                    .isPositive();
              }
              assertThat(unread(bob)).isEqualTo(1);
            });
  }

  @AfterEach
  void stop() {
    for (Node node : List.of(alice, bob)) {
      node.close();
    }
    relay.close();
    database.close();
  }

  @Test
  void aMessageComesFromTheMailboxThoughItsSenderIsGone() throws Exception {
    bob.close();
    Queue<MessageState> states = new ConcurrentLinkedQueue<>();
    for (String text : List.of("one", "two", "three")) {
      alice
          .messages()
          .send(OutgoingMessage.text(bob.id(), text), status -> states.add(status.state()));
    }
    patiently().until(() -> count("mailbox.db", "letter") == 3);
    patiently().until(() -> states.stream().filter(MessageState.SENT::equals).count() == 3);
    alice.close();

    long begun = System.nanoTime();
    bob = start("bob");
    patiently().until(() -> unread(bob) == 4);
    System.out.printf(
        "from the start of the node to the mail in its inbox: %d ms%n",
        Duration.ofNanos(System.nanoTime() - begun).toMillis());
    patiently().until(() -> count("mailbox.db", "letter") == 0);
    assertThat(texts(bob)).containsExactly("hello", "one", "two", "three");
    patiently()
        .untilAsserted(
            () ->
                assertThat(count("bob/parley.db", "prekey WHERE kind = 2"))
                    .as("the private halves of the keys that were used are gone")
                    .isEqualTo(count("mailbox.db", "one_time WHERE owner = X'" + hex(bob) + "'")));

    // Later, over the link, the sender hears of it.
    alice = start("alice");
    patiently().until(() -> alice.messages().outboxSize(bob.id()) == 0);
    assertThat(texts(bob)).hasSize(4);
  }

  @Test
  void whatComesBothWaysIsDeliveredOnce() throws Exception {
    bob.close();
    Queue<MessageState> states = new ConcurrentLinkedQueue<>();
    alice
        .messages()
        .send(OutgoingMessage.text(bob.id(), "twice"), status -> states.add(status.state()));
    patiently().until(() -> count("mailbox.db", "letter") == 1);

    bob = start("bob");
    patiently().until(() -> states.contains(MessageState.DELIVERED));
    patiently().until(() -> count("mailbox.db", "letter") == 0);
    assertThat(texts(bob)).containsExactly("hello", "twice");
  }

  @Test
  void whoIsNoContactAnyMoreHasNoCapability() throws Exception {
    bob.contacts().remove("alice");
    patiently()
        .until(() -> count("mailbox.db", "capability WHERE owner = X'" + hex(bob) + "'") == 0);
  }

  private Node start(String name) throws Exception {
    return Node.start(
        NodeHome.in(directory.resolve(name)),
        new NodeConfig(
            new InetSocketAddress("127.0.0.1", 0),
            ImmutableList.of(url),
            ImmutableList.of(),
            MessageLimits.DEFAULT,
            false,
            true),
        new Node.Environment("parley/test", PassphraseSource.of(Map.of()), Clock.systemUTC()));
  }

  private static boolean hasHome(Node node) {
    return node.status().relays().stream().anyMatch(NodeStatus.Relay::home);
  }

  private static long unread(Node node) {
    return node.messages().unread(ConsumerName.DEFAULT);
  }

  private List<String> texts(Node node) throws Exception {
    ImmutableList.Builder<String> texts = ImmutableList.builder();
    String file = node == bob ? "bob/parley.db" : "alice/parley.db";
    try (Connection sqlite = open(file);
        Statement statement = sqlite.createStatement();
        ResultSet rows =
            statement.executeQuery("SELECT CAST(body AS TEXT) FROM inbox ORDER BY position")) {
      while (rows.next()) {
        texts.add(rows.getString(1));
      }
    }
    return texts.build();
  }

  private long count(String file, String table) throws Exception {
    try (Connection sqlite = open(file);
        Statement statement = sqlite.createStatement();
        ResultSet row = statement.executeQuery("SELECT count(*) FROM " + table)) {
      return row.getLong(1);
    }
  }

  private Connection open(String file) throws Exception {
    return DriverManager.getConnection("jdbc:sqlite:" + directory.resolve(file));
  }

  private static String hex(Node node) {
    return java.util.HexFormat.of().formatHex(node.id().toByteArray());
  }

  private static ConditionFactory patiently() {
    return Awaitility.await().atMost(Duration.ofSeconds(60)).pollInterval(Duration.ofMillis(50));
  }
}
