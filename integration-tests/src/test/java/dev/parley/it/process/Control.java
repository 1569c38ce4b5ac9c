package dev.parley.it.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import com.google.protobuf.ByteString;
import dev.parley.cli.client.CommandFailure;
import dev.parley.cli.client.DaemonConnection;
import dev.parley.cli.client.StreamReader;
import dev.parley.control.v1.AddContactRequest;
import dev.parley.control.v1.FileTransfer;
import dev.parley.control.v1.GetIdentityRequest;
import dev.parley.control.v1.GetStatusRequest;
import dev.parley.control.v1.ListTransfersRequest;
import dev.parley.control.v1.MessageState;
import dev.parley.control.v1.MessageStatus;
import dev.parley.control.v1.NodeStatus;
import dev.parley.control.v1.PathKind;
import dev.parley.control.v1.PeerStatus;
import dev.parley.control.v1.PinPathRequest;
import dev.parley.control.v1.RelayState;
import dev.parley.control.v1.SendRequest;
import dev.parley.control.v1.WhyReply;
import dev.parley.control.v1.WhyRequest;
import dev.parley.proto.home.NodeHome;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.awaitility.Awaitility;

/** A daemon's control socket. Any unexpected error fails the test. */
public final class Control implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final DaemonConnection connection;

  private Control(DaemonConnection connection) {
    this.connection = connection;
  }

  public static Control open(NodeHome home) {
    try {
      return new Control(DaemonConnection.open(home));
    } catch (CommandFailure e) {
      throw new AssertionError(e.sentence(), e);
    }
  }

  public DaemonConnection connection() {
    return connection;
  }

  private <T> T call(DaemonConnection.Call<T> call) {
    try {
      return connection.call(call);
    } catch (CommandFailure e) {
      throw new AssertionError(e.sentence(), e);
    }
  }

  public String ticket() {
    return call(() -> connection.node().getIdentity(GetIdentityRequest.getDefaultInstance()))
        .getTicket();
  }

  public String ticketWithoutAddresses() {
    GetIdentityRequest request = GetIdentityRequest.newBuilder().setWithoutAddresses(true).build();
    return call(() -> connection.node().getIdentity(request)).getTicket();
  }

  public void addContact(String name, String ticket) {
    AddContactRequest request =
        AddContactRequest.newBuilder().setName(name).setTicket(ticket).build();
    call(() -> connection.contacts().addContact(request));
  }

  public NodeStatus status() {
    return call(() -> connection.node().getStatus(GetStatusRequest.getDefaultInstance()));
  }

  /** What the status says of a contact. */
  public Optional<PeerStatus> peer(String name) {
    return status().getPeersList().stream().filter(peer -> peer.getName().equals(name)).findFirst();
  }

  public PathKind pathTo(String name) {
    return peer(name).map(peer -> peer.getPath().getKind()).orElse(PathKind.UNRECOGNIZED);
  }

  public void awaitPath(String peer, PathKind kind) {
    Awaitility.await("path to " + peer + " is " + kind)
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(pathTo(peer)).isEqualTo(kind));
  }

  /** Waits until a relay of this node is connected. */
  public void awaitRelay() {
    Awaitility.await("a relay is connected").atMost(PATIENCE).until(this::hasRelay);
  }

  /** Waits until none is. */
  public void awaitNoRelay() {
    Awaitility.await("no relay is connected").atMost(PATIENCE).until(() -> !hasRelay());
  }

  private boolean hasRelay() {
    return status().getRelaysList().stream()
        .anyMatch(relay -> relay.getState() == RelayState.RELAY_STATE_CONNECTED);
  }

  /** Why the way to a contact is what it is. */
  public WhyReply why(String peer) {
    WhyRequest request = WhyRequest.newBuilder().setPeer(peer).build();
    return call(() -> connection.linksMeasuring().why(request));
  }

  /** Holds the link on a kind of path; UNSPECIFIED releases it. */
  public void pin(String peer, PathKind kind) {
    PinPathRequest request = PinPathRequest.newBuilder().setPeer(peer).setKind(kind).build();
    call(() -> connection.linksNow().pinPath(request));
  }

  /** Transfers of files that are kept. */
  public List<FileTransfer> transfers() {
    return call(
        () ->
            ImmutableList.copyOf(
                connection.filesNow().list(ListTransfersRequest.getDefaultInstance())));
  }

  /** Sends, and waits until the message is that far. */
  public String send(String peer, String text, MessageState until) {
    try {
      return trySend(peer, text, until);
    } catch (CommandFailure e) {
      throw new AssertionError("'" + text + "' was not taken: " + e.sentence(), e);
    }
  }

  /**
   * Sends, and waits until the message is that far; returns its id.
   *
   * @throws CommandFailure when the daemon refuses it or dies: whether it was kept is then unknown
   */
  public String trySend(String peer, String text, MessageState until) throws CommandFailure {
    StreamReader<MessageStatus> statuses = connection.reader();
    connection
        .messages()
        .send(
            SendRequest.newBuilder()
                .setPeer(peer)
                .setBody(ByteString.copyFromUtf8(text))
                .setWaitFor(until)
                .build(),
            statuses);
    MessageStatus last = MessageStatus.getDefaultInstance();
    try {
      while (true) {
        Optional<MessageStatus> status = statuses.poll(PATIENCE);
        if (status.isEmpty()) {
          break;
        }
        last = status.get();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while '" + text + "' was sent", e);
    }
    assertThat(last.getState()).as("state of '%s': %s", text, last).isEqualTo(until);
    return last.getMessageId();
  }

  /** Reads the inbox from where this consumer stands. */
  public Inbox inbox(String consumer) {
    return Inbox.open(connection, consumer);
  }

  @Override
  public void close() {
    connection.close();
  }
}
