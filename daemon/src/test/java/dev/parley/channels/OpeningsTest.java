package dev.parley.channels;

import static dev.parley.channels.TestChannels.ALICE;
import static dev.parley.channels.TestChannels.BOB;
import static dev.parley.channels.TestChannels.LONG;
import static dev.parley.channels.TestChannels.WEB;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.parley.channels.ChannelRefused.Reason;
import dev.parley.channels.TestChannels.Accepting;
import dev.parley.channels.TestChannels.Holding;
import dev.parley.config.NodeConfig.ChannelLimits;
import dev.parley.link.ByteNetwork;
import dev.parley.link.ByteStream;
import dev.parley.link.ByteStreamHandler;
import dev.parley.link.ByteStreamKind;
import dev.parley.link.LinkLease;
import dev.parley.link.StreamEnd;
import dev.parley.peer.v1.ChannelOpen;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Each way in which a channel does not come about, and each limit, reached. */
@Timeout(120)
class OpeningsTest {
  private TestChannels nodes = new TestChannels();
  private final Accepting web = new Accepting();

  @AfterEach
  void close() {
    nodes.close();
  }

  private static Reason failure(CompletableFuture<?> opening) throws Exception {
    try {
      opening.get(60, TimeUnit.SECONDS);
      throw new AssertionError("it was opened");
    } catch (ExecutionException e) {
      return ((ChannelRefused) e.getCause()).reason();
    }
  }

  private void limit(ChannelLimits ofAlice, ChannelLimits ofBob) {
    nodes.close();
    nodes = new TestChannels(ofAlice, ofBob);
  }

  @Test
  void theProgramsNoIsHeardInItsWordsWithoutControlCharacters() throws Exception {
    nodes.bob.listen(WEB, Access.ALL_CONTACTS, (p, opening) -> opening.refuse("full\u001b[2J"));
    CompletableFuture<StreamChannel> opening = nodes.open();
    assertThat(failure(opening)).isEqualTo(Reason.REFUSED);
    assertThat(opening)
        .failsWithin(LONG)
        .withThrowableOfType(ExecutionException.class)
        .withMessageContaining("full\uFFFD[2J");
    await().until(() -> nodes.bobLinks.openStreams() == 0 && nodes.aliceLinks.leases() == 0);
  }

  @Test
  void aStreamServiceRefusesDatagrams() throws Exception {
    nodes.bob.listen(WEB, Access.ALL_CONTACTS, new Holding());
    assertThat(failure(nodes.alice.openDatagrams(BOB, WEB, LONG))).isEqualTo(Reason.REFUSED);
  }

  @Test
  void aContactHearsThatNobodyServesTheName() throws Exception {
    assertThat(failure(nodes.open())).isEqualTo(Reason.UNKNOWN_SERVICE);
  }

  @Test
  void aContactThatIsNotLetInHearsThat() throws Exception {
    nodes.bob.listen(WEB, Access.NOBODY, web);
    assertThat(failure(nodes.open())).isEqualTo(Reason.NOT_ALLOWED);
    nodes.bob.listen(
        new ServiceName("ssh"), Access.only(List.of(ByteNetwork.peer(3))), new Accepting());
    assertThat(failure(nodes.alice.open(BOB, new ServiceName("ssh"), LONG)))
        .isEqualTo(Reason.NOT_ALLOWED);
  }

  @Test
  void aContactThatIsNamedIsLetIn() {
    nodes.bob.listen(WEB, Access.only(List.of(ALICE)), web);
    assertThat(nodes.open()).succeedsWithin(LONG);
  }

  @Test
  void aStrangerHearsNothingOfWhatIsServed() throws Exception {
    nodes.bob.listen(WEB, Access.only(List.of(ALICE)), web);
    nodes.contactsOfBob.clear();
    assertThat(failure(nodes.open())).isEqualTo(Reason.NOT_ALLOWED);
    assertThat(failure(nodes.alice.open(BOB, new ServiceName("none"), LONG)))
        .isEqualTo(Reason.NOT_ALLOWED);
    assertThat(web.streams).isEmpty();
    assertThat(nodes.bobLinks.leases()).isZero();
  }

  @Test
  void aPeerThatCannotBeReachedIsOffline() throws Exception {
    nodes.network.setReachable(false);
    assertThat(failure(nodes.alice.open(BOB, WEB, Duration.ofMillis(50))))
        .isEqualTo(Reason.PEER_OFFLINE);
    await().until(() -> nodes.aliceLinks.leases() == 0);
  }

  @Test
  void aPeerThatComesWhileItIsWaitedForIsReached() {
    nodes.bob.listen(WEB, Access.ALL_CONTACTS, web);
    nodes.network.setReachable(false);
    CompletableFuture<StreamChannel> opening = nodes.open();
    await().until(() -> nodes.aliceLinks.leases() == 1);
    nodes.network.setReachable(true);
    assertThat(opening).succeedsWithin(LONG);
  }

  @Test
  void anAnswerThatDoesNotComeTimesOut() throws Exception {
    Holding holding = new Holding();
    nodes.bob.listen(WEB, Access.ALL_CONTACTS, holding);
    nodes.bob.listen(new ServiceName("warm"), Access.ALL_CONTACTS, web);
    nodes.alice.open(BOB, new ServiceName("warm"), LONG).get(60, TimeUnit.SECONDS);
    assertThat(failure(nodes.alice.open(BOB, WEB, Duration.ofMillis(200))))
        .isEqualTo(Reason.TIMED_OUT);
    await().until(() -> nodes.bobLinks.openStreams() == 1);
  }

  @Test
  void aLinkThatIsLostBeforeTheAnswerIsTold() throws Exception {
    Holding holding = new Holding();
    nodes.bob.listen(WEB, Access.ALL_CONTACTS, holding);
    CompletableFuture<StreamChannel> opening = nodes.open();
    await().until(() -> holding.streams.size() == 1);
    nodes.network.cut();
    assertThat(failure(opening)).isEqualTo(Reason.LINK_LOST);
  }

  @Test
  void anOpeningThatIsCancelledIsGivenUpAtBothEnds() {
    Holding holding = new Holding();
    nodes.bob.listen(WEB, Access.ALL_CONTACTS, holding);
    CompletableFuture<StreamChannel> opening = nodes.open();
    await().until(() -> holding.streams.size() == 1);
    opening.cancel(false);
    await().until(() -> nodes.bobLinks.openStreams() == 0 && nodes.aliceLinks.leases() == 0);
  }

  @Test
  void aPeerOpensAsManyAsItMayAndAnotherOnceOneIsClosed() throws Exception {
    limit(ChannelLimits.DEFAULT, new ChannelLimits(3, 1_000));
    nodes.bob.listen(WEB, Access.ALL_CONTACTS, web);
    List<StreamChannel> open = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      open.add(nodes.open().get(60, TimeUnit.SECONDS));
    }
    assertThat(failure(nodes.open())).isEqualTo(Reason.TOO_MANY);
    open.get(0).close();
    await().until(() -> nodes.bob.openChannels(ALICE) == 2);
    assertThat(nodes.open()).succeedsWithin(LONG);
  }

  @Test
  void programsHereOpenAsManyAsTheyMay() throws Exception {
    limit(new ChannelLimits(2, 1_000), ChannelLimits.DEFAULT);
    nodes.bob.listen(WEB, Access.ALL_CONTACTS, web);
    nodes.open().get(60, TimeUnit.SECONDS);
    nodes.open().get(60, TimeUnit.SECONDS);
    assertThat(failure(nodes.open())).isEqualTo(Reason.TOO_MANY);
    assertThat(web.streams).hasSize(2);
  }

  @Test
  void aPeerOpensAsFastAsItMay() throws Exception {
    limit(ChannelLimits.DEFAULT, new ChannelLimits(100, 2));
    nodes.bob.listen(WEB, Access.ALL_CONTACTS, web);
    for (int i = 0; i < 2 * OpeningRate.BURST_SECONDS; i++) {
      nodes.open().get(60, TimeUnit.SECONDS);
    }
    assertThat(failure(nodes.open())).isEqualTo(Reason.TOO_MANY);
    nodes.nanos.addAndGet(500_000_000);
    assertThat(nodes.open()).succeedsWithin(LONG);
    assertThat(failure(nodes.open())).isEqualTo(Reason.TOO_MANY);
  }

  @Test
  void onlySoManyMayAwaitTheirAnswer() throws Exception {
    Holding holding = new Holding();
    nodes.bob.listen(WEB, Access.ALL_CONTACTS, holding);
    for (int i = 0; i < PeerChannels.MAX_UNANSWERED; i++) {
      nodes.open();
    }
    assertThat(failure(nodes.open())).isEqualTo(Reason.TOO_MANY);
    holding.streams.get(0).accept();
    CompletableFuture<StreamChannel> another = nodes.open();
    await().until(() -> holding.streams.size() == PeerChannels.MAX_UNANSWERED + 1);
    assertThat(another).isNotDone();
  }

  @Test
  void whatAPeerSendsBeforeTheAnswerIsBounded() {
    Holding holding = new Holding();
    nodes.bob.listen(WEB, Access.ALL_CONTACTS, holding);
    ByteBuffer frame = open("web", ChannelOpen.Type.STREAM);
    ByteBuffer all =
        ByteBuffer.allocate(frame.remaining() + IncomingOpening.MAX_EARLY_BYTES + 1).put(frame);
    Recorded recorded = new Recorded();
    IncomingOpening opening = incoming(recorded);
    nodes.network.await(() -> opening.onBytes(all.rewind()));
    assertThat(holding.streams).hasSize(1);
    assertThat(recorded.reset).isEqualTo(ResetCode.PROTOCOL_ERROR.number());
  }

  @Test
  void whatIsNoOpeningEndsTheStream() {
    for (byte[] nonsense :
        List.of(new byte[] {(byte) 0x81, 2}, new byte[] {1, 0x7f}, new byte[] {-1, -1, 1})) {
      Recorded recorded = new Recorded();
      IncomingOpening opening = incoming(recorded);
      nodes.network.await(() -> opening.onBytes(ByteBuffer.wrap(nonsense)));
      assertThat(recorded.reset).isEqualTo(ResetCode.PROTOCOL_ERROR.number());
    }
  }

  private static ByteBuffer open(String service, ChannelOpen.Type type) {
    return FirstFrame.encode(
        ChannelOpen.newBuilder().setService(service).setType(type).build(),
        FirstFrame.MAX_OPEN_BYTES);
  }

  private IncomingOpening incoming(ByteStream stream) {
    LinkLease lease = nodes.bobLinks.want(ALICE);
    await().until(() -> nodes.bobLinks.current(ALICE).isPresent());
    PeerChannels peer = new PeerChannels(9, new OpeningRate(9, 0), () -> lease);
    return new IncomingOpening(
        stream, nodes.bobLinks.current(ALICE).orElseThrow(), peer, (LinkedChannels) nodes.bob);
  }

  @Test
  void aPeerOfALaterVersionThatAsksForAnotherKindIsRefused() {
    nodes.bob.listen(WEB, Access.ALL_CONTACTS, web);
    LinkLease lease = nodes.aliceLinks.want(BOB);
    await().until(() -> nodes.aliceLinks.current(BOB).isPresent());
    CompletableFuture<byte[]> answer = new CompletableFuture<>();
    ByteStream stream =
        nodes
            .aliceLinks
            .current(BOB)
            .orElseThrow()
            .open(
                ByteStreamKind.CHANNEL,
                new ByteStreamHandler() {
                  @Override
                  public void onBytes(ByteBuffer bytes) {
                    byte[] got = new byte[bytes.remaining()];
                    bytes.get(got);
                    answer.complete(got);
                  }

                  @Override
                  public void onEnd() {}

                  @Override
                  public void onClosed(StreamEnd how) {}
                });
    stream.write(open("web", ChannelOpen.Type.TYPE_UNSPECIFIED));
    assertThat(answer).succeedsWithin(LONG);
    assertThat(web.streams).isEmpty();
    lease.close();
  }

  /** A stream that notes how it was reset. */
  private static final class Recorded implements ByteStream {
    private volatile int reset = -1;

    @Override
    public dev.parley.proto.id.PeerId peer() {
      return ALICE;
    }

    @Override
    public dev.parley.link.LinkPath path() {
      return ByteNetwork.PATH;
    }

    @Override
    public void write(ByteBuffer bytes) {}

    @Override
    public boolean isWritable() {
      return true;
    }

    @Override
    public void setReading(boolean reading) {}

    @Override
    public void end() {}

    @Override
    public void reset(int reason) {
      reset = reason;
    }
  }
}
