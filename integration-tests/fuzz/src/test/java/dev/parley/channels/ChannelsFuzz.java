package dev.parley.channels;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.config.NodeConfig.ChannelLimits;
import dev.parley.fuzz.FuzzTarget;
import dev.parley.fuzz.Hollow;
import dev.parley.fuzz.Input;
import dev.parley.link.ByteStream;
import dev.parley.link.Link;
import dev.parley.link.LinkLease;
import dev.parley.link.Links;
import dev.parley.peer.v1.ChannelAnswer;
import dev.parley.peer.v1.ChannelOpen;
import dev.parley.proto.id.PeerId;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicInteger;

/** What a contact says when channels are opened, and the datagrams of those that are. */
public final class ChannelsFuzz {
  private static final ServiceName WEB = new ServiceName("web");
  private static final PeerId PEER = PeerId.of(new byte[PeerId.BYTES]);

  private ChannelsFuzz() {}

  public static List<FuzzTarget> targets() {
    byte[] open =
        bytes(
            FirstFrame.encode(
                ChannelOpen.newBuilder()
                    .setService("web")
                    .setType(ChannelOpen.Type.DATAGRAM)
                    .setFlowId(300)
                    .build(),
                FirstFrame.MAX_OPEN_BYTES));
    byte[] answer =
        bytes(
            FirstFrame.encode(
                ChannelAnswer.newBuilder()
                    .setOutcome(ChannelAnswer.Outcome.REFUSED)
                    .setDetail("full")
                    .build(),
                FirstFrame.MAX_ANSWER_BYTES));
    byte[] datagram = {0, (byte) 0x81, 1, 'x'};
    return List.of(
        FuzzTarget.of(
                "channel-open",
                ChannelsFuzz::open,
                IncomingOpening.class,
                FirstFrame.class,
                ServiceName.class,
                OpenStream.class)
            .seeds(Input.ofPieces(open), Input.ofPieces(open, open)),
        FuzzTarget.of("channel-answer", ChannelsFuzz::answer, OutgoingOpening.class)
            .seeds(Input.ofPieces(answer)),
        FuzzTarget.of(
                "channel-datagram",
                ChannelsFuzz::datagrams,
                PeerChannels.class,
                OpenDatagrams.class,
                DatagramHeader.class)
            .seeds(Input.ofPieces(datagram, datagram)));
  }

  private static byte[] bytes(ByteBuffer frame) {
    byte[] bytes = new byte[frame.remaining()];
    frame.get(bytes);
    return bytes;
  }

  private static void open(byte[] input) {
    AtomicInteger told = new AtomicInteger();
    LinkedChannels channels = channels();
    channels.listen(WEB, Access.ALL_CONTACTS, new Counting(told));
    PeerChannels peer = peer();
    IncomingOpening opening = new IncomingOpening(stream(), Hollow.of(Link.class), peer, channels);
    for (Input in = new Input(input); in.hasMore(); ) {
      opening.onBytes(ByteBuffer.wrap(in.piece()));
    }
    assertThat(told.get()).isLessThanOrEqualTo(1);
    assertThat(peer.open.get()).isEqualTo(told.get());
    assertThat(peer.unanswered.get()).isZero();
  }

  private static void answer(byte[] input) {
    OutgoingOpening<StreamChannel> opening =
        new OutgoingOpening<>(
            PEER,
            new OpenedShape.Streams(WEB, Hollow.of(ScheduledExecutorService.class)),
            channels());
    PeerChannels peer = peer();
    opening.begin(peer, Duration.ofSeconds(1));
    opening.onLink(Hollow.of(Link.class));
    for (Input in = new Input(input); in.hasMore(); ) {
      opening.onBytes(ByteBuffer.wrap(in.piece()));
    }
    boolean opened = opening.future().isDone() && !opening.future().isCompletedExceptionally();
    assertThat(peer.open.get()).isEqualTo(opened ? 1 : 0);
  }

  private static void datagrams(byte[] input) {
    PeerChannels peer = peer();
    OpenDatagrams channel =
        new OpenDatagrams(Hollow.of(Link.class), WEB, Hollow.of(ScheduledExecutorService.class));
    int flow = peer.addFlow(channel);
    int number = 0;
    for (Input in = new Input(input); in.hasMore(); number++) {
      peer.onDatagram(ByteBuffer.wrap(in.piece()));
    }
    peer.removeFlow(flow);
    assertThat(channel.counts().dropped()).isLessThanOrEqualTo(number);
    assertThat(channel.counts().lost()).isNotNegative();
  }

  private static LinkedChannels channels() {
    return LinkedChannels.start(
        Hollow.of(Links.class),
        new ChannelEngine.Rules(ChannelLimits.DEFAULT, peer -> true),
        new ChannelEngine.Environment(Hollow.of(ScheduledExecutorService.class), () -> 0));
  }

  private static PeerChannels peer() {
    return new PeerChannels(9, new OpeningRate(9, 0), () -> Hollow.of(LinkLease.class));
  }

  private static ByteStream stream() {
    return Hollow.of(
        ByteStream.class, (method, arguments) -> method.getName().equals("peer") ? PEER : null);
  }

  /** Accepts, and counts. */
  private static final class Counting implements ChannelListener {
    private final AtomicInteger told;

    Counting(AtomicInteger told) {
      this.told = told;
    }

    @Override
    public void onStream(PeerId peer, Opening<StreamChannel> opening) {
      told.incrementAndGet();
      opening.accept();
    }

    @Override
    public void onDatagrams(PeerId peer, Opening<DatagramChannel> opening) {
      told.incrementAndGet();
      opening.accept();
    }
  }
}
