package dev.parley.cli;

import dev.parley.control.v1.AddContactRequest;
import dev.parley.control.v1.Contact;
import dev.parley.control.v1.ContactsGrpc;
import dev.parley.control.v1.ErrorDetail;
import dev.parley.control.v1.GetIdentityRequest;
import dev.parley.control.v1.GetStatusRequest;
import dev.parley.control.v1.Identity;
import dev.parley.control.v1.LinksGrpc;
import dev.parley.control.v1.ListContactsReply;
import dev.parley.control.v1.ListContactsRequest;
import dev.parley.control.v1.MessageState;
import dev.parley.control.v1.MessageStatus;
import dev.parley.control.v1.MessagesGrpc;
import dev.parley.control.v1.NetcheckReply;
import dev.parley.control.v1.NetcheckRequest;
import dev.parley.control.v1.NodeGrpc;
import dev.parley.control.v1.NodeStatus;
import dev.parley.control.v1.PingReply;
import dev.parley.control.v1.PingRequest;
import dev.parley.control.v1.ReceiveRequest;
import dev.parley.control.v1.ReceivedMessage;
import dev.parley.control.v1.RemoveContactRequest;
import dev.parley.control.v1.SendRequest;
import dev.parley.control.v1.ShutdownReply;
import dev.parley.control.v1.ShutdownRequest;
import dev.parley.control.v1.WhyReply;
import dev.parley.control.v1.WhyRequest;
import dev.parley.proto.home.NodeHome;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.stub.StreamObserver;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** Speaks the control API as a test tells it to. */
final class FakeDaemon implements AutoCloseable {
  private static final Metadata.Key<ErrorDetail> DETAIL =
      Metadata.Key.of(
          "parley-error-bin", ProtoUtils.metadataMarshaller(ErrorDetail.getDefaultInstance()));

  volatile NodeStatus status = NodeStatus.getDefaultInstance();
  volatile StatusRuntimeException refusal;

  /** The states that a sent message goes through; the call stays open after another than these. */
  volatile List<MessageState> states = List.of(MessageState.MESSAGE_STATE_QUEUED);

  volatile boolean endSend = true;
  volatile List<ReceivedMessage> inbox = List.of();
  volatile List<PingReply> replies = List.of();
  volatile boolean endPing = true;
  final List<SendRequest> sent = new CopyOnWriteArrayList<>();
  final List<AddContactRequest> added = new CopyOnWriteArrayList<>();
  volatile NetcheckReply netcheck = NetcheckReply.getDefaultInstance();
  volatile WhyReply why = WhyReply.getDefaultInstance();
  final List<PingRequest> pings = new CopyOnWriteArrayList<>();
  final List<Long> acknowledged = new CopyOnWriteArrayList<>();
  final List<String> consumers = new CopyOnWriteArrayList<>();
  private final EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  final FakeForwardCalls forwards = new FakeForwardCalls();
  final FakePairingCalls pairings = new FakePairingCalls();
  private final Server server;

  FakeDaemon(NodeHome home) throws Exception {
    Files.createDirectories(home.runtime());
    server =
        NettyServerBuilder.forAddress(UnixDomainSocketAddress.of(home.socket()))
            .bossEventLoopGroup(loop)
            .workerEventLoopGroup(loop)
            .channelType(NioServerDomainSocketChannel.class)
            .withChildOption(ChannelOption.SO_KEEPALIVE, null)
            .addService(new NodeCalls())
            .addService(new ContactCalls())
            .addService(new MessageCalls())
            .addService(new LinkCalls())
            .addService(forwards)
            .addService(pairings)
            .build()
            .start();
  }

  static StatusRuntimeException refusal(Status status, ErrorDetail.Code code, String hint) {
    Metadata trailers = new Metadata();
    trailers.put(
        DETAIL,
        ErrorDetail.newBuilder().setCode(code).setMessage("the reason").setHint(hint).build());
    return status.asRuntimeException(trailers);
  }

  @Override
  public void close() throws Exception {
    forwards.close();
    server.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
    loop.shutdownGracefully(0, 0, TimeUnit.SECONDS);
  }

  private <T> void answer(StreamObserver<T> observer, List<T> answers) {
    if (refusal != null) {
      observer.onError(refusal);
      return;
    }
    answers.forEach(observer::onNext);
    observer.onCompleted();
  }

  private final class NodeCalls extends NodeGrpc.NodeImplBase {
    @Override
    public void getIdentity(GetIdentityRequest request, StreamObserver<Identity> observer) {
      String ticket = request.getWithoutAddresses() ? "parley1bare" : "parley1full";
      answer(observer, List.of(Identity.newBuilder().setPeerId("peer").setTicket(ticket).build()));
    }

    @Override
    public void getStatus(GetStatusRequest request, StreamObserver<NodeStatus> observer) {
      answer(observer, List.of(status));
    }

    @Override
    public void watchStatus(GetStatusRequest request, StreamObserver<NodeStatus> observer) {
      answer(observer, List.of(status, status));
    }

    @Override
    public void shutdown(ShutdownRequest request, StreamObserver<ShutdownReply> observer) {
      // No process has this one.
      answer(observer, List.of(ShutdownReply.newBuilder().setPid(Integer.MAX_VALUE).build()));
    }
  }

  private final class ContactCalls extends ContactsGrpc.ContactsImplBase {
    private final List<Contact> contacts = new ArrayList<>();

    @Override
    public void addContact(AddContactRequest request, StreamObserver<Contact> observer) {
      added.add(request);
      Contact contact =
          Contact.newBuilder()
              .setName(request.getName())
              .setPeerId("peer-of-" + request.getName())
              .addRelays("relay:443")
              .build();
      contacts.add(contact);
      answer(observer, List.of(contact));
    }

    @Override
    public void listContacts(
        ListContactsRequest request, StreamObserver<ListContactsReply> observer) {
      answer(observer, List.of(ListContactsReply.newBuilder().addAllContacts(contacts).build()));
    }

    @Override
    public void removeContact(RemoveContactRequest request, StreamObserver<Contact> observer) {
      answer(observer, List.of(Contact.newBuilder().setName(request.getPeer()).build()));
    }
  }

  private final class MessageCalls extends MessagesGrpc.MessagesImplBase {
    @Override
    public void send(SendRequest request, StreamObserver<MessageStatus> observer) {
      sent.add(request);
      if (refusal != null) {
        observer.onError(refusal);
        return;
      }
      for (MessageState state : states) {
        observer.onNext(
            MessageStatus.newBuilder()
                .setMessageId("message")
                .setState(state)
                .setProblem("it was refused")
                .build());
      }
      if (endSend) {
        observer.onCompleted();
      }
    }

    @Override
    public StreamObserver<ReceiveRequest> receive(StreamObserver<ReceivedMessage> observer) {
      return new StreamObserver<>() {
        @Override
        public void onNext(ReceiveRequest request) {
          if (request.hasSubscribe()) {
            consumers.add(request.getSubscribe().getConsumer());
            inbox.forEach(observer::onNext);
          } else {
            acknowledged.add(request.getAcknowledge());
          }
        }

        @Override
        public void onError(Throwable cancelled) {}

        @Override
        public void onCompleted() {
          observer.onCompleted();
        }
      };
    }
  }

  private final class LinkCalls extends LinksGrpc.LinksImplBase {
    @Override
    public void netcheck(NetcheckRequest request, StreamObserver<NetcheckReply> observer) {
      observer.onNext(netcheck);
      observer.onCompleted();
    }

    @Override
    public void why(WhyRequest request, StreamObserver<WhyReply> observer) {
      answer(observer, List.of(why));
    }

    @Override
    public void ping(PingRequest request, StreamObserver<PingReply> observer) {
      pings.add(request);
      replies.forEach(observer::onNext);
      if (endPing) {
        observer.onCompleted();
      }
    }
  }
}
