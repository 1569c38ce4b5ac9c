package dev.parley.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import dev.parley.control.v1.AddContactRequest;
import dev.parley.control.v1.CandidateState;
import dev.parley.control.v1.CheckState;
import dev.parley.control.v1.ContactsGrpc;
import dev.parley.control.v1.ErrorDetail;
import dev.parley.control.v1.GetIdentityRequest;
import dev.parley.control.v1.GetStatusRequest;
import dev.parley.control.v1.LinkState;
import dev.parley.control.v1.LinksGrpc;
import dev.parley.control.v1.ListContactsRequest;
import dev.parley.control.v1.MessageState;
import dev.parley.control.v1.MessageStatus;
import dev.parley.control.v1.MessagesGrpc;
import dev.parley.control.v1.NatBehavior;
import dev.parley.control.v1.NodeGrpc;
import dev.parley.control.v1.NodeStatus;
import dev.parley.control.v1.PathKind;
import dev.parley.control.v1.PinPathRequest;
import dev.parley.control.v1.PingReply;
import dev.parley.control.v1.PingRequest;
import dev.parley.control.v1.ReceiveRequest;
import dev.parley.control.v1.ReceivedMessage;
import dev.parley.control.v1.RemoveContactRequest;
import dev.parley.control.v1.SendRequest;
import dev.parley.control.v1.ShutdownRequest;
import dev.parley.control.v1.Subscribe;
import dev.parley.control.v1.Verdict;
import dev.parley.control.v1.WhyReply;
import dev.parley.control.v1.WhyRequest;
import dev.parley.link.LinkPath;
import dev.parley.messaging.MessageRejected;
import dev.parley.proto.home.NodeHome;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ControlServerTest {
  private static final Duration DEADLINE = Duration.ofSeconds(20);

  @TempDir Path directory;
  private final FakeNode node = new FakeNode();
  private final AtomicInteger shutdowns = new AtomicInteger();
  private NodeHome home;
  private ControlServer server;
  private EventLoopGroup clientLoop;
  private ManagedChannel channel;

  @BeforeEach
  void serve() throws Exception {
    home = NodeHome.in(directory);
    serveWith(SocketTransport.ofThisPlatform());
    clientLoop = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    channel = connect();
  }

  private void serveWith(SocketTransport transport) throws ControlException {
    server =
        ControlServer.start(
            node, home, new ControlServer.Program("1.2.3", shutdowns::incrementAndGet), transport);
  }

  private ManagedChannel connect() {
    return NettyChannelBuilder.forAddress(UnixDomainSocketAddress.of(home.socket()))
        .eventLoopGroup(clientLoop)
        .channelType(NioDomainSocketChannel.class, UnixDomainSocketAddress.class)
        .withOption(ChannelOption.SO_KEEPALIVE, null)
        .usePlaintext()
        .build();
  }

  @AfterEach
  void close() throws Exception {
    channel.shutdownNow();
    channel.awaitTermination(5, TimeUnit.SECONDS);
    server.close();
    clientLoop.shutdownGracefully(0, 0, TimeUnit.SECONDS);
  }

  private NodeStatus status() {
    return NodeGrpc.newBlockingStub(channel).getStatus(GetStatusRequest.getDefaultInstance());
  }

  private static ErrorDetail detail(Throwable error) {
    Metadata trailers = Status.trailersFromThrowable(error);
    return trailers.get(Failures.DETAIL);
  }

  @Test
  void tellsTheIdentityAndLeavesAddressesOutOnRequest() {
    NodeGrpc.NodeBlockingStub stub = NodeGrpc.newBlockingStub(channel);
    assertThat(stub.getIdentity(GetIdentityRequest.getDefaultInstance()).getTicket())
        .isEqualTo("parley1full");
    GetIdentityRequest bare = GetIdentityRequest.newBuilder().setWithoutAddresses(true).build();
    assertThat(stub.getIdentity(bare).getTicket()).isEqualTo("parley1bare");
  }

  @Test
  void tellsTheStatusInFull() {
    NodeStatus status = status();
    assertThat(status.getVersion()).isEqualTo("1.2.3");
    assertThat(status.getPid()).isEqualTo(ProcessHandle.current().pid());
    assertThat(status.getRelays(0).getProblem()).isEqualTo("refused");
    assertThat(status.getPeers(0).getState()).isEqualTo(LinkState.LINK_STATE_CONNECTED);
    assertThat(status.getPeers(0).getPath().getRttMicros()).isEqualTo(2_000);
    assertThat(status.getDroppedMap()).containsEntry("unknownSender", 5L);
  }

  @Test
  void theJdkTransportServesAsTheNativeOneDoes() throws Exception {
    server.close();
    serveWith(new SocketTransport.WithNio());
    channel.shutdownNow();
    channel = connect();
    assertThat(status().getVersion()).isEqualTo("1.2.3");
  }

  @Test
  void aWatcherHearsChangesUntilItLeaves() {
    Iterator<NodeStatus> watch =
        NodeGrpc.newBlockingStub(channel).watchStatus(GetStatusRequest.getDefaultInstance());
    assertThat(watch.next().getUnread()).isZero();
    node.unread = 7;
    node.watchers.forEach(watcher -> watcher.accept(node.status()));
    assertThat(watch.next().getUnread()).isEqualTo(7);
    channel.shutdownNow();
    await().atMost(DEADLINE).until(node.watchers::isEmpty);
  }

  @Test
  void shutdownAnswersFirstAndThenEndsTheProgram() {
    long pid =
        NodeGrpc.newBlockingStub(channel).shutdown(ShutdownRequest.getDefaultInstance()).getPid();
    assertThat(pid).isEqualTo(ProcessHandle.current().pid());
    await().atMost(DEADLINE).until(() -> shutdowns.get() == 1);
  }

  @Test
  void addsListsAndRemovesContacts() {
    ContactsGrpc.ContactsBlockingStub contacts = ContactsGrpc.newBlockingStub(channel);
    add("bob", "ticket 2");
    assertThat(contacts.listContacts(ListContactsRequest.getDefaultInstance()).getContactsList())
        .extracting(dev.parley.control.v1.Contact::getName)
        .containsExactly("bob");
    contacts.removeContact(RemoveContactRequest.newBuilder().setPeer("bob").build());
    assertThat(node.contacts.list()).isEmpty();
  }

  private void add(String name, String ticket) {
    ContactsGrpc.newBlockingStub(channel)
        .addContact(AddContactRequest.newBuilder().setName(name).setTicket(ticket).build());
  }

  @Test
  void aRefusalCarriesItsCodeItsReasonAndAHint() {
    assertThatThrownBy(() -> add("bob", "tickett"))
        .satisfies(
            error -> {
              assertThat(Status.fromThrowable(error).getCode())
                  .isEqualTo(Status.Code.INVALID_ARGUMENT);
              assertThat(detail(error).getCode()).isEqualTo(ErrorDetail.Code.BAD_TICKET);
              assertThat(detail(error).getMessage()).isEqualTo("that is no ticket");
              assertThat(detail(error).getHint()).isEqualTo("copy it whole");
            });
    add("bob", "ticket 2");
    assertThatThrownBy(() -> add("bob", "ticket 3"))
        .satisfies(
            error -> assertThat(detail(error).getCode()).isEqualTo(ErrorDetail.Code.NAME_TAKEN));
  }

  private Iterator<MessageStatus> send(String peer, String text, MessageState waitFor) {
    return MessagesGrpc.newBlockingStub(channel)
        .send(
            SendRequest.newBuilder()
                .setPeer(peer)
                .setBody(ByteString.copyFromUtf8(text))
                .setWaitFor(waitFor)
                .build());
  }

  @Test
  void anUnknownPeerIsNotFoundAndTheClosestNameIsOffered() {
    add("margaret", "ticket 2");
    assertThatThrownBy(() -> send("margret", "hi", MessageState.MESSAGE_STATE_QUEUED).next())
        .satisfies(
            error -> {
              assertThat(detail(error).getCode()).isEqualTo(ErrorDetail.Code.UNKNOWN_PEER);
              assertThat(detail(error).getHint()).isEqualTo("did you mean 'margaret'?");
            });
    assertThatThrownBy(() -> send("zoe", "hi", MessageState.MESSAGE_STATE_QUEUED).next())
        .satisfies(error -> assertThat(detail(error).getHint()).contains("parley contact add"));
  }

  @Test
  void sendEndsWithTheStateThatWasWaitedFor() {
    add("bob", "ticket 2");
    Iterator<MessageStatus> queued = send("bob", "hi", MessageState.MESSAGE_STATE_UNSPECIFIED);
    assertThat(queued.next().getState()).isEqualTo(MessageState.MESSAGE_STATE_QUEUED);
    assertThat(queued.hasNext()).isFalse();

    Iterator<MessageStatus> delivered = send("bob", "ho", MessageState.MESSAGE_STATE_DELIVERED);
    assertThat(delivered.next().getState()).isEqualTo(MessageState.MESSAGE_STATE_QUEUED);
    node.messages.report(2, dev.parley.messaging.MessageState.SENT, "");
    assertThat(delivered.next().getState()).isEqualTo(MessageState.MESSAGE_STATE_SENT);
    node.messages.report(2, dev.parley.messaging.MessageState.DELIVERED, "");
    assertThat(delivered.next().getState()).isEqualTo(MessageState.MESSAGE_STATE_DELIVERED);
    assertThat(delivered.hasNext()).isFalse();
  }

  @Test
  void sendEndsWithAFailureWhateverWasWaitedFor() {
    Iterator<MessageStatus> statuses =
        send(FakeNode.peer(9).toString(), "hi", MessageState.MESSAGE_STATE_READ);
    statuses.next();
    node.messages.report(1, dev.parley.messaging.MessageState.FAILED, "refused");
    MessageStatus failed = statuses.next();
    assertThat(failed.getState()).isEqualTo(MessageState.MESSAGE_STATE_FAILED);
    assertThat(failed.getProblem()).isEqualTo("refused");
    assertThat(statuses.hasNext()).isFalse();
  }

  @Test
  void aMessageThatIsNotAcceptedIsRefusedWithItsReason() {
    node.messages.refusal = new MessageRejected(MessageRejected.Reason.TOO_LARGE, "too large");
    String peer = FakeNode.peer(9).toString();
    assertThatThrownBy(() -> send(peer, "hi", MessageState.MESSAGE_STATE_QUEUED).next())
        .satisfies(
            error ->
                assertThat(detail(error).getCode()).isEqualTo(ErrorDetail.Code.MESSAGE_TOO_LARGE));
  }

  @Test
  void aRequestPastTheLimitIsRefused() {
    String large = "x".repeat(ControlServer.MAX_REQUEST_BYTES);
    assertThatThrownBy(() -> send("bob", large, MessageState.MESSAGE_STATE_QUEUED).next())
        .isInstanceOf(StatusRuntimeException.class);
    assertThat(node.messages.sent).isEmpty();
  }

  @Test
  void pingsUntilTheNodeIsDoneAndPinsPaths() {
    Iterator<PingReply> replies =
        LinksGrpc.newBlockingStub(channel)
            .ping(PingRequest.newBuilder().setPeer(FakeNode.peer(2).toString()).build());
    await().atMost(DEADLINE).until(() -> node.pinging != null);
    node.pinging.onReply(1, Duration.ofMillis(3), FakeNode.DIRECT);
    node.pinging.onDone();
    PingReply reply = replies.next();
    assertThat(reply.getRttMicros()).isEqualTo(3_000);
    assertThat(reply.getPath().getKind()).isEqualTo(PathKind.PATH_KIND_DIRECT);
    assertThat(replies.hasNext()).isFalse();
    assertThat(node.pingClosed).isTrue();

    LinksGrpc.newBlockingStub(channel)
        .pinPath(
            PinPathRequest.newBuilder()
                .setPeer(FakeNode.peer(2).toString())
                .setKind(PathKind.PATH_KIND_RELAY)
                .build());
    assertThat(node.pinned).isEqualTo(Optional.of(LinkPath.Kind.RELAY));
  }

  @Test
  void whyTellsTheFindingAndTheEvidence() {
    WhyRequest request = WhyRequest.newBuilder().setPeer(FakeNode.peer(2).toString()).build();
    WhyReply reply = LinksGrpc.newBlockingStub(channel).why(request);
    assertThat(reply.getVerdict()).isEqualTo(Verdict.VERDICT_RELAYED);
    assertThat(reply.getCause()).isEqualTo("pinned");
    assertThat(reply.getHelp(0).getAction()).isEqualTo("unpin");
    assertThat(reply.getPath().getRemote()).isEqualTo("127.0.0.1:4000");
    assertThat(reply.getHere().getMapping()).isEqualTo(NatBehavior.NAT_BEHAVIOR_ADDRESS_DEPENDENT);
    assertThat(reply.getHere().getAgeMillis()).isEqualTo(3_000);
    assertThat(reply.hasThere()).isFalse();
    assertThat(reply.getCandidates(0).getState()).isEqualTo(CandidateState.CANDIDATE_STATE_SILENT);
    assertThat(reply.getCandidates(0).getCheck()).isEqualTo(CheckState.CHECK_STATE_FAILED);
    assertThat(reply.getCandidates(0).getProbesAnswered()).isEqualTo(8);
    assertThatThrownBy(
            () ->
                LinksGrpc.newBlockingStub(channel)
                    .why(WhyRequest.newBuilder().setPeer("zoe").build()))
        .satisfies(
            error -> assertThat(detail(error).getCode()).isEqualTo(ErrorDetail.Code.UNKNOWN_PEER));
  }

  @Test
  void aPingThatNobodyWaitsForIsEnded() {
    LinksGrpc.newStub(channel)
        .ping(
            PingRequest.newBuilder().setPeer(FakeNode.peer(2).toString()).build(),
            new Collector<>());
    await().atMost(DEADLINE).until(() -> node.pinging != null);
    channel.shutdownNow();
    await().atMost(DEADLINE).until(() -> node.pingClosed);
  }

  private Collector<ReceivedMessage> received;
  private StreamObserver<ReceiveRequest> requests;

  private FakeNode.FakeSubscription subscribe(String consumer) {
    received = new Collector<>();
    requests = MessagesGrpc.newStub(channel).receive(received);
    FakeNode.FakeSubscription before = node.messages.consumer(consumer);
    requests.onNext(
        ReceiveRequest.newBuilder()
            .setSubscribe(Subscribe.newBuilder().setConsumer(consumer))
            .build());
    await().atMost(DEADLINE).until(() -> node.messages.consumer(consumer) != before);
    return node.messages.consumer(consumer);
  }

  @Test
  void anEmptyInboxIsToldByAMessageWithoutAnId() {
    subscribe("app").listener.onCaughtUp();
    await().atMost(DEADLINE).until(() -> received.size() == 1);
    assertThat(received.get(0).getMessageId()).isEmpty();
    assertThat(received.get(0).getCaughtUp()).isTrue();
  }

  @Test
  void messagesComeInOrderAndAreAcknowledgedAsFarAsTheClientHasCome() {
    FakeNode.FakeSubscription inbox = subscribe("app");
    for (int i = 1; i <= 4; i++) {
      inbox.listener.onMessage(FakeNode.FakeMessages.received(i, "m" + i));
    }
    await().atMost(DEADLINE).until(() -> received.size() == 4);
    assertThat(received.get(3).getBody().toStringUtf8()).isEqualTo("m4");
    assertThat(received.get(3).getPath()).isEqualTo(PathKind.PATH_KIND_RELAY);
    for (int i = 1; i <= 4; i++) {
      requests.onNext(ReceiveRequest.newBuilder().setAcknowledge(i).build());
    }
    requests.onCompleted();
    await().atMost(DEADLINE).until(() -> inbox.acknowledged.size() == 1);
    assertThat(received.completed).isFalse();
    // While the first commit ran, the others became one.
    await()
        .atMost(DEADLINE)
        .until(
            () -> {
              inbox.commits.forEach(commit -> commit.complete(null));
              return received.completed;
            });
    assertThat(inbox.acknowledged.get(0)).isEqualTo(1);
    assertThat(inbox.acknowledged.get(inbox.acknowledged.size() - 1)).isEqualTo(4);
    assertThat(inbox.closed).isTrue();
  }

  @Test
  void whatWasNeverSentCannotBeAcknowledged() {
    FakeNode.FakeSubscription inbox = subscribe("app");
    requests.onNext(ReceiveRequest.newBuilder().setAcknowledge(99).build());
    await().atMost(DEADLINE).until(() -> received.error != null);
    assertThat(Status.fromThrowable(received.error).getCode())
        .isEqualTo(Status.Code.INVALID_ARGUMENT);
    assertThat(inbox.acknowledged).isEmpty();
    assertThat(inbox.closed).isTrue();
  }

  @Test
  void aNewerReaderEndsTheOlder() {
    subscribe("app");
    Collector<ReceivedMessage> older = received;
    subscribe("app");
    await().atMost(DEADLINE).until(() -> older.error != null);
    assertThat(Status.fromThrowable(older.error).getCode()).isEqualTo(Status.Code.ABORTED);
  }

  @Test
  void aReaderThatLeavesIsUnsubscribed() {
    FakeNode.FakeSubscription inbox = subscribe("app");
    channel.shutdownNow();
    await().atMost(DEADLINE).until(() -> inbox.closed);
  }

  @Test
  void aWindowPastTheLimitIsRefused() {
    received = new Collector<>();
    requests = MessagesGrpc.newStub(channel).receive(received);
    requests.onNext(
        ReceiveRequest.newBuilder()
            .setSubscribe(Subscribe.newBuilder().setWindow(ReceiveCall.MAX_WINDOW + 1))
            .build());
    await().atMost(DEADLINE).until(() -> received.error != null);
    assertThat(received.error).hasMessageContaining("window");
  }

  @Test
  void randomBytesAreDroppedAndCounted() throws Exception {
    Random random = new Random(42);
    for (int i = 0; i < 20; i++) {
      byte[] noise = new byte[200];
      random.nextBytes(noise);
      try (SocketChannel socket = open()) {
        socket.write(ByteBuffer.wrap(noise));
        assertThat(readToEnd(socket)).isTrue();
      }
    }
    assertThat(status().getDroppedMap()).containsEntry("controlNotGrpc", 20L);
  }

  @Test
  void noiseAfterAProperBeginningEndsOnlyThatConnection() throws Exception {
    try (SocketChannel socket = open()) {
      socket.write(ByteBuffer.wrap("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes("US-ASCII")));
      socket.write(ByteBuffer.wrap(new byte[4096]));
      assertThat(readToEnd(socket)).isTrue();
    }
    assertThat(status().getVersion()).isEqualTo("1.2.3");
  }

  @Test
  void connectionsPastTheLimitAreClosed() throws Exception {
    status();
    List<SocketChannel> sockets = new ArrayList<>();
    try {
      for (int i = 0; i < ConnectionGate.MAX_CONNECTIONS - 1; i++) {
        sockets.add(open());
      }
      try (SocketChannel tooMany = open()) {
        assertThat(readToEnd(tooMany)).isTrue();
      }
      assertThat(status().getDroppedMap()).containsEntry("controlTooManyConnections", 1L);
    } finally {
      for (SocketChannel socket : sockets) {
        socket.close();
      }
    }
  }

  private SocketChannel open() throws Exception {
    SocketChannel socket = SocketChannel.open(StandardProtocolFamily.UNIX);
    socket.connect(UnixDomainSocketAddress.of(home.socket()));
    return socket;
  }

  /** Until the other side closes; a reset says the same. */
  private static boolean readToEnd(SocketChannel socket) {
    ByteBuffer buffer = ByteBuffer.allocate(4096);
    try {
      while (socket.read(buffer) >= 0) {
        buffer.clear();
      }
    } catch (java.io.IOException reset) {
      return true;
    }
    return true;
  }

  /** Keeps what a stream brings. */
  private static final class Collector<T> implements StreamObserver<T> {
    private final List<T> items = new CopyOnWriteArrayList<>();
    volatile Throwable error;
    volatile boolean completed;

    int size() {
      return items.size();
    }

    T get(int index) {
      return items.get(index);
    }

    @Override
    public void onNext(T item) {
      items.add(item);
    }

    @Override
    public void onError(Throwable thrown) {
      error = thrown;
    }

    @Override
    public void onCompleted() {
      completed = true;
    }
  }
}
