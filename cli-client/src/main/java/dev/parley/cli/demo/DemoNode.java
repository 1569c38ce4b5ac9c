package dev.parley.cli.demo;

import com.google.protobuf.ByteString;
import dev.parley.cli.client.CommandFailure;
import dev.parley.cli.client.DaemonConnection;
import dev.parley.cli.client.InboxReader;
import dev.parley.cli.client.StreamReader;
import dev.parley.cli.text.Durations;
import dev.parley.cli.text.Words;
import dev.parley.control.v1.AddContactRequest;
import dev.parley.control.v1.GetIdentityRequest;
import dev.parley.control.v1.GetStatusRequest;
import dev.parley.control.v1.MessageState;
import dev.parley.control.v1.MessageStatus;
import dev.parley.control.v1.PathKind;
import dev.parley.control.v1.PinPathRequest;
import dev.parley.control.v1.PingReply;
import dev.parley.control.v1.PingRequest;
import dev.parley.control.v1.ReceivedMessage;
import dev.parley.control.v1.SendRequest;
import dev.parley.proto.home.NodeHome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Alice or Bob: a daemon of its own, driven through its control socket. For one thread. */
final class DemoNode implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final int PING_INTERVAL_MILLIS = 50;

  private final Stage stage;
  private final String name;
  private final String relay;
  private Actor actor;
  private DaemonConnection daemon;

  private DemoNode(Stage stage, String name, String relay, Actor actor, DaemonConnection daemon) {
    this.stage = stage;
    this.name = name;
    this.relay = relay;
    this.actor = actor;
    this.daemon = daemon;
  }

  static DemoNode start(Stage stage, String name, String relay)
      throws CommandFailure, InterruptedException {
    Actor actor = startActor(stage, name, relay);
    return new DemoNode(stage, name, relay, actor, connect(stage, name));
  }

  private static Actor startActor(Stage stage, String name, String relay)
      throws CommandFailure, InterruptedException {
    return stage.start(
        name, "parleyd ready ", List.of("--listen", "127.0.0.1:0", "--relay", relay));
  }

  private static DaemonConnection connect(Stage stage, String name) throws CommandFailure {
    return DaemonConnection.open(NodeHome.in(stage.home(name)));
  }

  String name() {
    return name;
  }

  String peerId() {
    return actor.ready();
  }

  /** Without addresses: whoever has it can find this node through the relay only. */
  String ticket() throws CommandFailure {
    GetIdentityRequest request = GetIdentityRequest.newBuilder().setWithoutAddresses(true).build();
    return daemon.call(() -> daemon.node().getIdentity(request)).getTicket();
  }

  void addContact(DemoNode other) throws CommandFailure {
    AddContactRequest request =
        AddContactRequest.newBuilder().setName(other.name()).setTicket(other.ticket()).build();
    daemon.call(() -> daemon.contacts().addContact(request));
  }

  /** Sends and waits until the message is that far. */
  void send(DemoNode to, String text, MessageState until)
      throws CommandFailure, InterruptedException {
    StreamReader<MessageStatus> statuses = daemon.reader();
    daemon
        .messages()
        .send(
            SendRequest.newBuilder()
                .setPeer(to.name())
                .setBody(ByteString.copyFromUtf8(text))
                .setWaitFor(until)
                .build(),
            statuses);
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    MessageState state = MessageState.MESSAGE_STATE_UNSPECIFIED;
    while (true) {
      Optional<MessageStatus> status =
          statuses.poll(Duration.ofNanos(deadline - System.nanoTime()));
      if (status.isPresent()) {
        state = status.get().getState();
      } else if (statuses.hasEnded() && state == until) {
        return;
      } else {
        throw CommandFailure.timedOut("'" + text + "' came no further than " + Words.of(state), "");
      }
    }
  }

  /** Takes the next messages and acknowledges them. */
  List<ReceivedMessage> receive(int count) throws CommandFailure, InterruptedException {
    InboxReader inbox = InboxReader.open(daemon, "");
    List<ReceivedMessage> messages = new ArrayList<>();
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (messages.size() < count) {
      Optional<ReceivedMessage> message =
          inbox.next(Duration.ofNanos(deadline - System.nanoTime()));
      if (message.isEmpty()) {
        throw CommandFailure.timedOut(
            name + " got " + messages.size() + " of " + count + " messages", "");
      }
      if (!message.get().getMessageId().isEmpty()) {
        messages.add(message.get());
      }
    }
    inbox.acknowledge(messages.get(count - 1).getPosition());
    inbox.finish();
    return messages;
  }

  long unread() throws CommandFailure {
    return daemon
        .call(() -> daemon.node().getStatus(GetStatusRequest.getDefaultInstance()))
        .getUnread();
  }

  /** Pings until a reply comes over a direct path; tells the way and its round trip. */
  String awaitDirect(DemoNode other) throws CommandFailure, InterruptedException {
    StreamReader<PingReply> replies = daemon.reader();
    daemon
        .links()
        .ping(
            PingRequest.newBuilder()
                .setPeer(other.name())
                .setIntervalMillis(PING_INTERVAL_MILLIS)
                .setUntilDirect(true)
                .build(),
            replies);
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    PingReply last = PingReply.getDefaultInstance();
    while (true) {
      Optional<PingReply> reply = replies.poll(Duration.ofNanos(deadline - System.nanoTime()));
      if (reply.isPresent()) {
        last = reply.get();
      } else if (last.getPath().getKind() == PathKind.PATH_KIND_DIRECT) {
        return Words.of(last.getPath().getTransport())
            + " "
            + last.getPath().getRemote()
            + " ("
            + Durations.show(Duration.ofNanos(last.getRttMicros() * 1_000))
            + ")";
      } else {
        replies.cancel();
        throw CommandFailure.timedOut(
            "the link of " + name + " and " + other.name() + " did not become direct", "");
      }
    }
  }

  void holdOnRelay(DemoNode other, boolean hold) throws CommandFailure {
    PinPathRequest request =
        PinPathRequest.newBuilder()
            .setPeer(other.name())
            .setKind(hold ? PathKind.PATH_KIND_RELAY : PathKind.PATH_KIND_UNSPECIFIED)
            .build();
    daemon.call(() -> daemon.linksNow().pinPath(request));
  }

  void kill() {
    daemon.close();
    actor.kill();
  }

  void restart() throws CommandFailure, InterruptedException {
    actor = startActor(stage, name, relay);
    daemon = connect(stage, name);
  }

  @Override
  public void close() {
    daemon.close();
  }
}
