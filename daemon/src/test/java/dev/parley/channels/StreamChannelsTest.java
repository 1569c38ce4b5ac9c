package dev.parley.channels;

import static dev.parley.channels.TestChannels.ALICE;
import static dev.parley.channels.TestChannels.BOB;
import static dev.parley.channels.TestChannels.LONG;
import static dev.parley.channels.TestChannels.WEB;
import static dev.parley.channels.TestChannels.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.parley.channels.TestChannels.Accepting;
import dev.parley.channels.TestChannels.Heard;
import dev.parley.channels.TestChannels.Holding;
import dev.parley.link.StreamEnd;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class StreamChannelsTest {
  private final TestChannels nodes = new TestChannels();
  private final Accepting web = new Accepting();

  @AfterEach
  void close() {
    nodes.close();
  }

  private static <T> T get(CompletableFuture<T> future) throws Exception {
    return future.get(60, TimeUnit.SECONDS);
  }

  @Test
  void bytesGoBothWaysAndEachDirectionEndsOnItsOwn() throws Exception {
    nodes.bob.listen(WEB, Access.ALL_CONTACTS, web);
    StreamChannel here = get(nodes.open());
    StreamChannel there = web.streams.get(0);
    Heard atHome = new Heard();
    Heard away = new Heard();
    here.start(atHome);
    there.start(away);

    here.write(bytes("question"));
    here.shutdownOutput();
    get(away.end);
    there.write(bytes("answer"));
    there.shutdownOutput();

    assertThat(get(atHome.closed)).isEqualTo(new StreamEnd.Complete());
    assertThat(get(away.closed)).isEqualTo(new StreamEnd.Complete());
    assertThat(away.text()).isEqualTo("question");
    assertThat(atHome.text()).isEqualTo("answer");
    assertThat(here.peer()).isEqualTo(BOB);
    assertThat(there.peer()).isEqualTo(ALICE);
    assertThat(there.service()).isEqualTo(WEB);
  }

  @Test
  void theLinkIsWantedWhileAChannelIsOpenAndNoLonger() throws Exception {
    nodes.bob.listen(WEB, Access.ALL_CONTACTS, web);
    StreamChannel here = get(nodes.open());
    assertThat(nodes.aliceLinks.leases()).isEqualTo(1);
    assertThat(nodes.bobLinks.leases()).isEqualTo(1);
    assertThat(nodes.alice.openChannels(BOB)).isEqualTo(1);
    assertThat(nodes.bob.openChannels(ALICE)).isEqualTo(1);

    here.close();

    await().until(() -> nodes.aliceLinks.leases() == 0 && nodes.bobLinks.leases() == 0);
    assertThat(nodes.alice.openChannels(BOB)).isZero();
    await().until(() -> nodes.bob.openChannels(ALICE) == 0);
  }

  @Test
  void whatTheAcceptorWritesAtOnceWaitsForTheOpenersStart() throws Exception {
    nodes.bob.listen(
        WEB,
        Access.ALL_CONTACTS,
        (peer, opening) -> {
          StreamChannel there = opening.accept();
          there.write(bytes("hello"));
          there.shutdownOutput();
        });
    StreamChannel here = get(nodes.open());
    nodes.network.await(() -> {});
    Heard heard = new Heard();
    here.start(heard);
    get(heard.end);
    assertThat(heard.text()).isEqualTo("hello");
  }

  @Test
  void aResetCarriesTheProgramsReason() throws Exception {
    nodes.bob.listen(WEB, Access.ALL_CONTACTS, web);
    StreamChannel here = get(nodes.open());
    Heard atHome = new Heard();
    Heard away = new Heard();
    here.start(atHome);
    web.streams.get(0).start(away);
    here.reset(77);
    assertThat(get(away.closed)).isEqualTo(new StreamEnd.Reset(77, true));
    assertThat(get(atHome.closed)).isEqualTo(new StreamEnd.Reset(77, false));
    assertThatThrownBy(() -> here.reset(0x1_0000)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aLostLinkEndsTheChannelAndSaysSo() throws Exception {
    nodes.bob.listen(WEB, Access.ALL_CONTACTS, web);
    StreamChannel here = get(nodes.open());
    Heard atHome = new Heard();
    Heard away = new Heard();
    here.start(atHome);
    web.streams.get(0).start(away);
    nodes.network.cut();
    assertThat(get(atHome.closed)).isInstanceOf(StreamEnd.Lost.class);
    assertThat(get(away.closed)).isInstanceOf(StreamEnd.Lost.class);
    await().until(() -> nodes.aliceLinks.leases() == 0);
  }

  @Test
  void aReaderThatDoesNotReadHoldsTheWriterBack() throws Exception {
    nodes.bob.listen(WEB, Access.ALL_CONTACTS, web);
    StreamChannel here = get(nodes.open());
    StreamChannel there = web.streams.get(0);
    CompletableFuture<Void> writable = new CompletableFuture<>();
    here.start(
        new StreamChannel.Handler() {
          @Override
          public void onBytes(ByteBuffer bytes) {}

          @Override
          public void onWritable() {
            writable.complete(null);
          }

          @Override
          public void onEnd() {}

          @Override
          public void onClosed(StreamEnd how) {}
        });
    Heard away = new Heard();
    there.setReading(false);
    there.start(away);
    int written = 0;
    for (; here.isWritable(); written += 10_000) {
      here.write(ByteBuffer.allocate(10_000));
    }
    nodes.network.await(() -> {});
    assertThat(away.size()).isZero();
    assertThat(writable).isNotDone();

    there.setReading(true);
    get(writable);
    int all = written;
    await().until(() -> away.size() == all);
  }

  @Test
  void aProgramThatFailsLosesItsChannelAlone() throws Exception {
    nodes.bob.listen(
        WEB,
        Access.ALL_CONTACTS,
        (peer, opening) ->
            opening
                .accept()
                .start(
                    new StreamChannel.Handler() {
                      @Override
                      public void onBytes(ByteBuffer bytes) {
                        throw new IllegalStateException("a bug of the program");
                      }

                      @Override
                      public void onEnd() {}

                      @Override
                      public void onClosed(StreamEnd how) {}
                    }));
    Heard atHome = new Heard();
    StreamChannel here = get(nodes.open());
    here.start(atHome);
    here.write(bytes("x"));
    assertThat(get(atHome.closed)).isInstanceOf(StreamEnd.Lost.class);
    assertThat(get(nodes.open())).isNotNull();
  }

  @Test
  void anAnswerAfterTheLinkIsGoneGivesAChannelThatIsOver() throws Exception {
    Holding holding = new Holding();
    nodes.bob.listen(WEB, Access.ALL_CONTACTS, holding);
    CompletableFuture<StreamChannel> opening = nodes.open();
    await().until(() -> holding.streams.size() == 1);
    nodes.network.cut();
    assertThat(opening).failsWithin(LONG);
    Heard away = new Heard();
    holding.streams.get(0).accept().start(away);
    assertThat(get(away.closed)).isInstanceOf(StreamEnd.Lost.class);
    assertThat(nodes.bob.openChannels(ALICE)).isZero();
  }

  @Test
  void closingTheEngineEndsEveryChannelAtBothEnds() throws Exception {
    nodes.bob.listen(WEB, Access.ALL_CONTACTS, web);
    StreamChannel here = get(nodes.open());
    Heard atHome = new Heard();
    here.start(atHome);
    nodes.bob.close();
    assertThat(get(atHome.closed)).isInstanceOf(StreamEnd.Lost.class);
    assertThat(nodes.open()).failsWithin(LONG);
  }

  @Test
  void aNameIsServedOnceAndFreeAgainAfterwards() {
    Channels.Service service = nodes.bob.listen(WEB, Access.NOBODY, web);
    assertThat(nodes.bob.services()).containsExactly(WEB);
    assertThatThrownBy(() -> nodes.bob.listen(WEB, Access.NOBODY, web))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("'web' is served already");
    service.close();
    assertThat(nodes.bob.services()).isEmpty();
    nodes.bob.listen(WEB, Access.NOBODY, web);
    service.close();
    assertThat(nodes.bob.services()).containsExactly(WEB);
  }
}
