package dev.parley.control;

import dev.parley.contacts.Contacts;
import dev.parley.control.v1.GetMessageRequest;
import dev.parley.control.v1.HistoryPage;
import dev.parley.control.v1.HistoryRequest;
import dev.parley.control.v1.KeptMessage;
import dev.parley.control.v1.MessageEvent;
import dev.parley.control.v1.MessageStatus;
import dev.parley.control.v1.MessagesGrpc;
import dev.parley.control.v1.ReceiveRequest;
import dev.parley.control.v1.ReceivedMessage;
import dev.parley.control.v1.SendManyReply;
import dev.parley.control.v1.SendManyRequest;
import dev.parley.control.v1.SendRequest;
import dev.parley.control.v1.WatchMessagesRequest;
import dev.parley.messaging.Messages;
import dev.parley.messaging.OutgoingMessage;
import dev.parley.proto.id.PeerId;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.Optional;

/** Sending and receiving. */
final class MessagesService extends MessagesGrpc.MessagesImplBase {
  private final Messages messages;
  private final Contacts contacts;
  private final Peers peers;
  private final HistoryCalls history;

  MessagesService(Messages messages, Contacts contacts, Peers peers) {
    this.messages = messages;
    this.contacts = contacts;
    this.peers = peers;
    this.history = new HistoryCalls(messages, contacts, peers);
  }

  @Override
  public void send(SendRequest request, StreamObserver<MessageStatus> observer) {
    Failures.start(
        observer,
        () -> {
          OutgoingMessage message = Wire.outgoing(request, peers.resolve(request.getPeer()));
          new SendCall((ServerCallStreamObserver<MessageStatus>) observer, request.getWaitFor())
              .start(messages, message);
        });
  }

  @Override
  public StreamObserver<SendManyRequest> sendMany(StreamObserver<SendManyReply> observer) {
    SendManyCall call =
        new SendManyCall((ServerCallStreamObserver<SendManyReply>) observer, messages, peers);
    call.prepare();
    return call;
  }

  @Override
  public void getMessage(GetMessageRequest request, StreamObserver<KeptMessage> observer) {
    Failures.start(observer, () -> history.find(request, observer));
  }

  @Override
  public void history(HistoryRequest request, StreamObserver<HistoryPage> observer) {
    Failures.start(observer, () -> history.page(request, observer));
  }

  @Override
  public void watchMessages(WatchMessagesRequest request, StreamObserver<MessageEvent> observer) {
    Failures.start(
        observer,
        () -> {
          Optional<PeerId> peer =
              request.getPeer().isEmpty()
                  ? Optional.empty()
                  : Optional.of(peers.resolve(request.getPeer()));
          new MessageWatch((ServerCallStreamObserver<MessageEvent>) observer, peer, contacts)
              .start(messages);
        });
  }

  @Override
  public StreamObserver<ReceiveRequest> receive(StreamObserver<ReceivedMessage> observer) {
    ReceiveCall call =
        new ReceiveCall((ServerCallStreamObserver<ReceivedMessage>) observer, messages, contacts);
    call.prepare();
    return call;
  }
}
