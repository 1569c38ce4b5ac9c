package dev.parley.control;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import dev.parley.contacts.ContactBook;
import dev.parley.contacts.ContactCodec;
import dev.parley.contacts.ContactException;
import dev.parley.contacts.ContactStore;
import dev.parley.contacts.Contacts;
import dev.parley.control.v1.AddContactRequest;
import dev.parley.control.v1.GetMessageRequest;
import dev.parley.control.v1.HistoryRequest;
import dev.parley.control.v1.MessageState;
import dev.parley.control.v1.PathKind;
import dev.parley.control.v1.PinPathRequest;
import dev.parley.control.v1.PingRequest;
import dev.parley.control.v1.ReceiveRequest;
import dev.parley.control.v1.RemoveContactRequest;
import dev.parley.control.v1.SendManyRequest;
import dev.parley.control.v1.SendRequest;
import dev.parley.control.v1.Subscribe;
import dev.parley.control.v1.WatchMessagesRequest;
import dev.parley.control.v1.WhyRequest;
import dev.parley.fuzz.Buffers;
import dev.parley.fuzz.FuzzTarget;
import dev.parley.fuzz.Hollow;
import dev.parley.fuzz.Input;
import dev.parley.messaging.HistoryPage;
import dev.parley.messaging.Messages;
import dev.parley.node.Node;
import dev.parley.proto.id.MessageId;
import dev.parley.proto.id.PeerId;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.netty.channel.embedded.EmbeddedChannel;
import java.lang.reflect.Method;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** Requests at the control socket, and what comes before gRPC gets to see a connection. */
public final class ControlFuzz {
  private static final PeerId SELF = PeerId.of(new byte[PeerId.BYTES]);
  private static final String OTHER = "b".repeat(PeerId.TEXT_LENGTH - 1) + "a";

  /** gRPC has 8 KiB for all that it says of a failure. */
  private static final int MAX_DESCRIPTION = 1_000;

  private ControlFuzz() {}

  public static List<FuzzTarget> targets() {
    SendRequest send =
        SendRequest.newBuilder()
            .setPeer(OTHER)
            .setBody(ByteString.copyFromUtf8("hi"))
            .setWaitFor(MessageState.MESSAGE_STATE_SENT)
            .setExpireMillis(-1)
            .setClientId("x")
            .build();
    return List.of(
        FuzzTarget.of(
                "control-request",
                ControlFuzz::request,
                MessagesService.class,
                ContactsService.class,
                LinksService.class,
                Wire.class)
            .seeds(seed(0, send))
            .seeds(seed(1, SendManyRequest.newBuilder().addMessages(send).build()))
            .seeds(seed(2, GetMessageRequest.newBuilder().setMessageId("a".repeat(26)).build()))
            .seeds(
                seed(
                    3,
                    HistoryRequest.newBuilder()
                        .setPeer(OTHER)
                        .setWords("a b*")
                        .setLimit(5)
                        .setSinceMillis(9)
                        .build()))
            .seeds(seed(4, WatchMessagesRequest.newBuilder().setPeer(OTHER).build()))
            .seeds(
                seed(
                    5,
                    ReceiveRequest.newBuilder()
                        .setSubscribe(Subscribe.newBuilder().setConsumer("app").setWindow(3))
                        .build()))
            .seeds(seed(5, ReceiveRequest.newBuilder().setAcknowledge(3).build()))
            .seeds(seed(6, AddContactRequest.newBuilder().setName("b").setTicket("x").build()))
            .seeds(seed(7, RemoveContactRequest.newBuilder().setPeer(OTHER).build()))
            .seeds(seed(8, PingRequest.newBuilder().setPeer(OTHER).setCount(3).build()))
            .seeds(
                seed(
                    9,
                    PinPathRequest.newBuilder()
                        .setPeer(OTHER)
                        .setKind(PathKind.PATH_KIND_RELAY)
                        .build()))
            .seeds(seed(10, WhyRequest.newBuilder().setPeer("bob").build()))
            .allocating(2 << 20, 128),
        FuzzTarget.of("http2-preface", ControlFuzz::preface, PrefaceGate.class)
            .seeds("\u0007PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0", "\u0003GET / HTTP/1.1\r\n\r\n"));
  }

  private static byte[][] seed(int call, MessageLite request) {
    return FuzzTarget.behind(call, request.toByteArray());
  }

  private static void request(byte[] input) throws ContactException {
    Input in = new Input(input);
    Contacts contacts =
        ContactBook.open(
            SELF,
            Hollow.of(ContactStore.class, ControlFuzz::kept),
            ContactCodec.standard(),
            Clock.systemUTC());
    Peers peers = new Peers(SELF, contacts);
    Messages sending = Hollow.of(Messages.class, ControlFuzz::messages);
    MessagesService messages = new MessagesService(sending, contacts, peers);
    ContactsService book = new ContactsService(contacts, peers);
    LinksService links = new LinksService(Hollow.of(Node.class), peers);
    try {
      int call = in.number() % 11;
      byte[] bytes = in.rest();
      switch (call) {
        case 0 -> messages.send(SendRequest.parseFrom(bytes), new Heard<>());
        case 1 -> twice(messages.sendMany(new Heard<>()), SendManyRequest.parseFrom(bytes));
        case 2 -> messages.getMessage(GetMessageRequest.parseFrom(bytes), new Heard<>());
        case 3 -> messages.history(HistoryRequest.parseFrom(bytes), new Heard<>());
        case 4 -> messages.watchMessages(WatchMessagesRequest.parseFrom(bytes), new Heard<>());
        case 5 -> twice(messages.receive(new Heard<>()), ReceiveRequest.parseFrom(bytes));
        case 6 -> book.addContact(AddContactRequest.parseFrom(bytes), new Heard<>());
        case 7 -> book.removeContact(RemoveContactRequest.parseFrom(bytes), new Heard<>());
        case 8 -> links.ping(PingRequest.parseFrom(bytes), new Heard<>());
        case 9 -> links.pinPath(PinPathRequest.parseFrom(bytes), new Heard<>());
        default -> links.why(WhyRequest.parseFrom(bytes), new Heard<>());
      }
    } catch (InvalidProtocolBufferException e) {
      // gRPC answers.
    }
  }

  private static <T> void twice(StreamObserver<T> requests, T request) {
    requests.onNext(request);
    requests.onNext(request);
    requests.onCompleted();
  }

  private static Object kept(Method method, Object[] arguments) {
    Object done = method.getName().equals("loadContacts") ? ImmutableList.of() : null;
    return CompletableFuture.completedFuture(done);
  }

  private static Object messages(Method method, Object[] arguments) {
    return switch (method.getName()) {
      case "send" -> CompletableFuture.completedFuture(MessageId.of(new byte[MessageId.BYTES]));
      case "find" -> CompletableFuture.completedFuture(Optional.empty());
      case "history" -> CompletableFuture.completedFuture(new HistoryPage(ImmutableList.of(), 0));
      default -> null;
    };
  }

  /** A client that reads: every failure is one that it can act upon, and none is a bug of ours. */
  private static final class Heard<T> extends ServerCallStreamObserver<T> {
    private static final Set<Status.Code> ALLOWED =
        Set.of(Status.Code.INVALID_ARGUMENT, Status.Code.NOT_FOUND, Status.Code.ALREADY_EXISTS);
    private int ends;

    @Override
    public void onNext(T value) {
      assertThat(ends).isZero();
    }

    @Override
    public void onError(Throwable failure) {
      assertThat(++ends).isEqualTo(1);
      Status status = ((StatusRuntimeException) failure).getStatus();
      assertThat(status.getCode()).as(status.toString()).isIn(ALLOWED);
      assertThat(String.valueOf(status.getDescription()).length())
          .isLessThanOrEqualTo(MAX_DESCRIPTION);
    }

    @Override
    public void onCompleted() {
      assertThat(++ends).isEqualTo(1);
    }

    @Override
    public boolean isReady() {
      return true;
    }

    @Override
    public boolean isCancelled() {
      return false;
    }

    @Override
    public void setOnCancelHandler(Runnable handler) {}

    @Override
    public void setOnReadyHandler(Runnable handler) {}

    @Override
    public void setCompression(String compression) {}

    @Override
    public void disableAutoInboundFlowControl() {}

    @Override
    public void disableAutoRequest() {}

    @Override
    public void request(int count) {}

    @Override
    public void setMessageCompression(boolean enable) {}
  }

  private static void preface(byte[] input) {
    Input in = new Input(input);
    int step = 1 + in.number();
    byte[] stream = in.rest();
    Drops drops = new Drops();
    try (Buffers buffers = new Buffers()) {
      EmbeddedChannel channel = buffers.channel();
      channel.pipeline().addLast(new PrefaceGate(drops));
      for (int at = 0; at < stream.length && channel.isOpen(); at += step) {
        channel.writeInbound(
            buffers.of(Arrays.copyOfRange(stream, at, Math.min(at + step, stream.length))));
      }
      assertThat(drops.notGrpc.sum()).isEqualTo(channel.isOpen() ? 0 : 1);
    }
  }
}
