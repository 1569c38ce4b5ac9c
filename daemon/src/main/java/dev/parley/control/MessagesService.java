package dev.parley.control;

import dev.parley.contacts.Contacts;
import dev.parley.control.v1.MessageStatus;
import dev.parley.control.v1.MessagesGrpc;
import dev.parley.control.v1.ReceiveRequest;
import dev.parley.control.v1.ReceivedMessage;
import dev.parley.control.v1.SendRequest;
import dev.parley.messaging.Messages;
import dev.parley.messaging.OutgoingMessage;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;

/** Sending and receiving. */
final class MessagesService extends MessagesGrpc.MessagesImplBase {
  private final Messages messages;
  private final Contacts contacts;
  private final Peers peers;

  MessagesService(Messages messages, Contacts contacts, Peers peers) {
    this.messages = messages;
    this.contacts = contacts;
    this.peers = peers;
  }

  @Override
  public void send(SendRequest request, StreamObserver<MessageStatus> observer) {
    Failures.start(
        observer,
        () -> {
          String type = request.getContentType();
          OutgoingMessage message =
              new OutgoingMessage(
                  peers.resolve(request.getPeer()),
                  type.isEmpty() ? OutgoingMessage.TEXT : type,
                  request.getBody());
          new SendCall((ServerCallStreamObserver<MessageStatus>) observer, request.getWaitFor())
              .start(messages, message);
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
