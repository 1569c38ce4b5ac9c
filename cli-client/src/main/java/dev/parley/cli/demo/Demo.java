package dev.parley.cli.demo;

import dev.parley.cli.client.CommandFailure;
import dev.parley.cli.text.Durations;
import dev.parley.cli.text.Words;
import dev.parley.control.v1.MessageState;
import dev.parley.control.v1.PathKind;
import dev.parley.control.v1.ReceivedMessage;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The whole story on one machine. Whatever is told with a tick was checked. */
public final class Demo {
  private static final int WHILE_DEAD = 5;
  private static final int ATTEMPTS = 3;

  private final Stage stage;
  private final Teller teller;

  private Demo(Stage stage, Teller teller) {
    this.stage = stage;
    this.teller = teller;
  }

  /**
   * Runs it; returns when all of it happened.
   *
   * @throws CommandFailure says which step failed, why, and where the logs are
   */
  public static void run(Path parleyd, Teller teller) throws CommandFailure, InterruptedException {
    long start = System.nanoTime();
    try (Stage stage = Stage.open(parleyd)) {
      try {
        new Demo(stage, teller).tell();
      } catch (CommandFailure e) {
        if (stage.isInterrupted()) {
          throw CommandFailure.of("interrupted", "");
        }
        stage.keepFiles();
        throw new CommandFailure(
            e.exitCode(),
            e.word(),
            "the demo failed: " + e.sentence(),
            "the logs of all processes are in " + stage.directory());
      }
    }
    teller.heading(
        "All of it happened, in "
            + Durations.show(Duration.ofNanos(System.nanoTime() - start))
            + ".");
  }

  private void tell() throws CommandFailure, InterruptedException {
    teller.heading("Two machines talk: a relay, alice and bob, each a process of its own");
    Actor[] relay = new Actor[1];
    teller.step(
        "relay",
        () -> {
          relay[0] = stage.start("relay", "relay ", List.of("relay", "--listen", "127.0.0.1:0"));
          return "a relay serves at " + withoutKey(relay[0].ready());
        });
    List<DemoNode> nodes = new ArrayList<>();
    try {
      teller.step("alice", () -> startNode(nodes, "alice", relay[0].ready()));
      teller.step("bob", () -> startNode(nodes, "bob", relay[0].ready()));
      story(nodes.get(0), nodes.get(1), relay[0]);
    } finally {
      nodes.forEach(DemoNode::close);
    }
  }

  private String startNode(List<DemoNode> nodes, String name, String relay)
      throws CommandFailure, InterruptedException {
    DemoNode node = DemoNode.start(stage, name, relay);
    nodes.add(node);
    return name
        + " is up: "
        + node.peerId().substring(0, Math.min(10, node.peerId().length()))
        + "…";
  }

  private void story(DemoNode alice, DemoNode bob, Actor relay)
      throws CommandFailure, InterruptedException {
    teller.step(
        "tickets",
        () -> {
          alice.addContact(bob);
          bob.addContact(alice);
          return "they know each other by key, and no address";
        });
    teller.step("first-message", () -> firstMessage(alice, bob));
    teller.step("direct", () -> "the link moved to a direct path: " + becomeDirect(alice, bob));
    teller.step("both-ways", () -> "messages there and back, " + bothWays(alice, bob, "direct"));
    teller.step("kill", () -> sendToTheDead(alice, bob));
    teller.step("restart", () -> comeBack(alice, bob));
    teller.step("direct-again", () -> "the link is direct again: " + becomeDirect(alice, bob));
    teller.step(
        "relay-dead",
        () -> {
          relay.kill();
          return "the relay is killed; messages flow on, " + bothWays(alice, bob, "alone");
        });
  }

  private static String firstMessage(DemoNode alice, DemoNode bob)
      throws CommandFailure, InterruptedException {
    long start = System.nanoTime();
    alice.send(bob, "hello bob", MessageState.MESSAGE_STATE_DELIVERED);
    String took = Durations.show(Duration.ofNanos(System.nanoTime() - start));
    ReceivedMessage message = receiveOne(bob, "hello bob");
    if (message.getPath() == PathKind.PATH_KIND_RELAY) {
      return "'hello bob' arrived over the relay, " + took + " after it was sent";
    }
    // On a fast machine the direct path can win the race. The relay is shown all the same.
    alice.holdOnRelay(bob, true);
    bob.holdOnRelay(alice, true);
    alice.send(bob, "by relay", MessageState.MESSAGE_STATE_DELIVERED);
    require(receiveOne(bob, "by relay"), PathKind.PATH_KIND_RELAY);
    alice.holdOnRelay(bob, false);
    bob.holdOnRelay(alice, false);
    return "'hello bob' was so fast that it went directly ("
        + took
        + "); held there, the relay"
        + " carries messages too";
  }

  private static String becomeDirect(DemoNode alice, DemoNode bob)
      throws CommandFailure, InterruptedException {
    String way = alice.awaitDirect(bob);
    bob.awaitDirect(alice);
    return way;
  }

  /** A machine that is very busy can make a path fall silent for a moment: then once more. */
  private static String bothWays(DemoNode alice, DemoNode bob, String text)
      throws CommandFailure, InterruptedException {
    for (int attempt = 1; ; attempt++) {
      String said = attempt == 1 ? text : text + " " + attempt;
      long start = System.nanoTime();
      alice.send(bob, said, MessageState.MESSAGE_STATE_DELIVERED);
      ReceivedMessage there = receiveOne(bob, said);
      bob.send(alice, said, MessageState.MESSAGE_STATE_DELIVERED);
      ReceivedMessage back = receiveOne(alice, said);
      String took = Durations.show(Duration.ofNanos(System.nanoTime() - start));
      boolean direct =
          there.getPath() == PathKind.PATH_KIND_DIRECT
              && back.getPath() == PathKind.PATH_KIND_DIRECT;
      if (direct || attempt == ATTEMPTS) {
        require(there, PathKind.PATH_KIND_DIRECT);
        require(back, PathKind.PATH_KIND_DIRECT);
        return "directly: " + took + " in all";
      }
      becomeDirect(alice, bob);
    }
  }

  private static String sendToTheDead(DemoNode alice, DemoNode bob)
      throws CommandFailure, InterruptedException {
    bob.kill();
    for (String text : whileDead()) {
      alice.send(bob, text, MessageState.MESSAGE_STATE_QUEUED);
    }
    return "bob is killed (kill -9), and alice sends " + WHILE_DEAD + " messages";
  }

  private static String comeBack(DemoNode alice, DemoNode bob)
      throws CommandFailure, InterruptedException {
    bob.restart();
    List<String> texts =
        bob.receive(WHILE_DEAD).stream().map(message -> message.getBody().toStringUtf8()).toList();
    if (!texts.equals(whileDead())) {
      throw CommandFailure.of("bob should have got " + whileDead() + " and got " + texts, "");
    }
    // Messages go out in order: once this one is there, no late copy of the others can follow.
    alice.send(bob, "after", MessageState.MESSAGE_STATE_DELIVERED);
    receiveOne(bob, "after");
    if (bob.unread() != 0) {
      throw CommandFailure.of("bob got something twice: " + bob.unread() + " too many", "");
    }
    return "bob is back and has all " + WHILE_DEAD + ", once and in order";
  }

  private static List<String> whileDead() {
    List<String> texts = new ArrayList<>();
    for (int i = 1; i <= WHILE_DEAD; i++) {
      texts.add("while you were out, " + i);
    }
    return texts;
  }

  private static ReceivedMessage receiveOne(DemoNode node, String text)
      throws CommandFailure, InterruptedException {
    ReceivedMessage message = node.receive(1).get(0);
    if (!message.getBody().toStringUtf8().equals(text)) {
      throw CommandFailure.of(
          node.name()
              + " should have got '"
              + text
              + "' and got '"
              + message.getBody().toStringUtf8()
              + "'",
          "");
    }
    return message;
  }

  private static void require(ReceivedMessage message, PathKind path) throws CommandFailure {
    if (message.getPath() != path) {
      throw CommandFailure.of(
          "a message should have come by the path '"
              + Words.of(path)
              + "' and came by '"
              + Words.of(message.getPath())
              + "'",
          "");
    }
  }

  private static String withoutKey(String url) {
    int pin = url.indexOf('#');
    return pin < 0 ? url : url.substring(0, pin);
  }
}
