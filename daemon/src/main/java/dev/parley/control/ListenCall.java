package dev.parley.control;

import dev.parley.channels.Access;
import dev.parley.channels.ChannelListener;
import dev.parley.channels.Channels;
import dev.parley.channels.DatagramChannel;
import dev.parley.channels.ServiceName;
import dev.parley.channels.StreamChannel;
import dev.parley.control.v1.ChannelType;
import dev.parley.control.v1.ErrorDetail;
import dev.parley.control.v1.IncomingChannel;
import dev.parley.control.v1.ListenRequest;
import dev.parley.node.Node;
import dev.parley.proto.id.PeerId;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One Listen call. Channels come on the links' thread; guarded by itself. */
final class ListenCall implements ChannelListener {
  private final ServerCallStreamObserver<IncomingChannel> observer;
  private final Node node;
  private final IncomingChannels incoming;
  private Channels.@Nullable Service service;
  private boolean over;

  ListenCall(
      ServerCallStreamObserver<IncomingChannel> observer, Node node, IncomingChannels incoming) {
    this.observer = observer;
    this.node = node;
    this.incoming = incoming;
  }

  void start(ListenRequest request, Peers peers) throws Refusal {
    ServiceName name = ChannelsService.name(request.getService());
    List<PeerId> named = new ArrayList<>();
    for (String peer : request.getAccess().getPeersList()) {
      named.add(peers.resolve(peer));
    }
    Access access = new Access(request.getAccess().getAllContacts(), Access.only(named).peers());
    observer.setOnCancelHandler(this::end);
    try {
      begun(node.channels().listen(name, access, this));
    } catch (IllegalStateException e) {
      throw new Refusal(
          Status.Code.ALREADY_EXISTS,
          ErrorDetail.Code.SERVICE_TAKEN,
          String.valueOf(e.getMessage()),
          "choose another name, or end the program that serves it");
    }
  }

  private synchronized void begun(Channels.Service started) {
    service = started;
    if (over) {
      started.close();
    }
  }

  @Override
  public void onStream(PeerId peer, Opening<StreamChannel> opening) {
    tell(peer, ChannelType.CHANNEL_TYPE_STREAM, new IncomingChannels.Waiting.Stream(this, opening));
  }

  @Override
  public void onDatagrams(PeerId peer, Opening<DatagramChannel> opening) {
    tell(
        peer,
        ChannelType.CHANNEL_TYPE_DATAGRAM,
        new IncomingChannels.Waiting.Datagrams(this, opening));
  }

  private synchronized void tell(PeerId peer, ChannelType type, IncomingChannels.Waiting channel) {
    if (over || !observer.isReady()) {
      channel.refuse("the program that serves it does not keep up");
      return;
    }
    observer.onNext(
        IncomingChannel.newBuilder()
            .setId(incoming.add(channel))
            .setPeerId(peer.toString())
            .setPeerName(node.contacts().nameOf(peer).orElse(""))
            .setType(type)
            .build());
  }

  private void end() {
    synchronized (this) {
      over = true;
      if (service != null) {
        service.close();
      }
    }
    incoming.refuseAllOf(this);
  }
}
