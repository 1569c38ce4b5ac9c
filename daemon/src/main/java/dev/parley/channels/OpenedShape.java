package dev.parley.channels;

import dev.parley.link.ByteStream;
import dev.parley.link.ByteStreamHandler;
import dev.parley.link.Link;
import dev.parley.peer.v1.ChannelAnswer;
import dev.parley.peer.v1.ChannelOpen;
import java.util.Objects;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** What an opening becomes: a stream channel or a datagram channel. On the links' thread. */
sealed interface OpenedShape<C> {
  ServiceName service();

  /** What is asked for over this link. */
  ChannelOpen ask(Link link, PeerChannels peer);

  /** The peer has accepted. */
  Opened<C> opened(ByteStream stream, ChannelAnswer answer);

  /** The opening has failed, or the channel is over. */
  void over(PeerChannels peer);

  /** Whether the stream is read while nobody has started the channel. */
  boolean readsAtOnce();

  /** The channel, and who hears its stream from now on. */
  record Opened<C>(C channel, ByteStreamHandler handler) {}

  /** One stream for one channel. */
  record Streams(ServiceName service, Executor linksThread) implements OpenedShape<StreamChannel> {
    @Override
    public ChannelOpen ask(Link link, PeerChannels peer) {
      return ChannelOpen.newBuilder()
          .setService(service.name())
          .setType(ChannelOpen.Type.STREAM)
          .build();
    }

    @Override
    public Opened<StreamChannel> opened(ByteStream stream, ChannelAnswer answer) {
      OpenStream channel = new OpenStream(stream, service, linksThread);
      return new Opened<>(channel, channel);
    }

    @Override
    public void over(PeerChannels peer) {}

    @Override
    public boolean readsAtOnce() {
      return false;
    }
  }

  /** A stream for life and death, and a flow of datagrams each way. */
  final class Datagrams implements OpenedShape<DatagramChannel> {
    private final ServiceName service;
    private final Executor linksThread;
    private @Nullable OpenDatagrams channel;
    private int flow;

    Datagrams(ServiceName service, Executor linksThread) {
      this.service = service;
      this.linksThread = linksThread;
    }

    @Override
    public ServiceName service() {
      return service;
    }

    @Override
    public ChannelOpen ask(Link link, PeerChannels peer) {
      channel = new OpenDatagrams(link, service, linksThread);
      flow = peer.addFlow(channel);
      return ChannelOpen.newBuilder()
          .setService(service.name())
          .setType(ChannelOpen.Type.DATAGRAM)
          .setFlowId(flow)
          .build();
    }

    @Override
    public Opened<DatagramChannel> opened(ByteStream stream, ChannelAnswer answer) {
      OpenDatagrams opened = Objects.requireNonNull(channel);
      opened.open(stream, answer.getFlowId());
      return new Opened<>(opened, opened);
    }

    @Override
    public void over(PeerChannels peer) {
      if (channel != null) {
        peer.removeFlow(flow);
      }
    }

    @Override
    public boolean readsAtOnce() {
      return true;
    }
  }
}
