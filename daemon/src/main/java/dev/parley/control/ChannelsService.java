package dev.parley.control;

import dev.parley.channels.ServiceName;
import dev.parley.control.v1.ChannelData;
import dev.parley.control.v1.ChannelsGrpc;
import dev.parley.control.v1.IncomingChannel;
import dev.parley.control.v1.ListServicesReply;
import dev.parley.control.v1.ListServicesRequest;
import dev.parley.control.v1.ListenRequest;
import dev.parley.node.Node;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;

/** Sockets to peers, for programs in any language. */
final class ChannelsService extends ChannelsGrpc.ChannelsImplBase {
  private final Node node;
  private final Peers peers;
  private final IncomingChannels incoming = new IncomingChannels();

  ChannelsService(Node node, Peers peers) {
    this.node = node;
    this.peers = peers;
  }

  @Override
  public void listen(ListenRequest request, StreamObserver<IncomingChannel> observer) {
    Failures.start(
        observer,
        () ->
            new ListenCall((ServerCallStreamObserver<IncomingChannel>) observer, node, incoming)
                .start(request, peers));
  }

  @Override
  public StreamObserver<ChannelData> accept(StreamObserver<ChannelData> observer) {
    return ChannelCall.begin(
        (ServerCallStreamObserver<ChannelData>) observer, new AcceptedChannel(incoming));
  }

  @Override
  public StreamObserver<ChannelData> open(StreamObserver<ChannelData> observer) {
    return ChannelCall.begin(
        (ServerCallStreamObserver<ChannelData>) observer, new DialledChannel(node, peers));
  }

  @Override
  public void listServices(
      ListServicesRequest request, StreamObserver<ListServicesReply> observer) {
    Failures.answer(
        observer,
        () -> {
          ListServicesReply.Builder reply = ListServicesReply.newBuilder();
          node.channels().services().stream().map(ServiceName::name).forEach(reply::addServices);
          return reply.build();
        });
  }

  static ServiceName name(String text) throws Refusal {
    try {
      return new ServiceName(text);
    } catch (IllegalArgumentException e) {
      throw Refusal.badArgument(String.valueOf(e.getMessage()));
    }
  }
}
