package dev.parley.channels;

import static dev.parley.channels.TestChannels.BOB;
import static dev.parley.channels.TestChannels.LONG;
import static dev.parley.channels.TestChannels.WEB;
import static dev.parley.channels.TestChannels.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.parley.channels.TestChannels.Accepting;
import dev.parley.channels.TestChannels.Heard;
import dev.parley.link.StreamEnd;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class DatagramChannelsTest {
  private final TestChannels nodes = new TestChannels();
  private final Accepting web = new Accepting();

  @BeforeEach
  void listen() {
    nodes.bob.listen(WEB, Access.ALL_CONTACTS, web);
  }

  @AfterEach
  void close() {
    nodes.close();
  }

  private DatagramChannel open() throws Exception {
    return nodes.alice.openDatagrams(BOB, WEB, LONG).get(60, TimeUnit.SECONDS);
  }

  @Test
  void datagramsGoBothWaysAndReachTheirOwnChannelOnly() throws Exception {
    DatagramChannel one = open();
    DatagramChannel two = open();
    Heard atOne = new Heard();
    Heard atTwo = new Heard();
    Heard away = new Heard();
    one.start(atOne);
    two.start(atTwo);
    web.datagrams.get(1).start(away);
    two.send(bytes("for two"));
    web.datagrams.get(1).send(bytes("from two"));
    web.datagrams.get(0).send(bytes("from one"));
    await().until(() -> away.datagrams.size() == 1 && atTwo.datagrams.size() == 1);
    await().until(() -> atOne.datagrams.size() == 1);
    assertThat(away.datagrams).containsExactly("for two");
    assertThat(atTwo.datagrams).containsExactly("from two");
    assertThat(atOne.datagrams).containsExactly("from one");
    assertThat(two.counts()).isEqualTo(new DatagramChannel.Counts(1, 1, 0, 0));
  }

  @Test
  void whatIsLostIsCounted() throws Exception {
    DatagramChannel here = open();
    Heard away = new Heard();
    web.datagrams.get(0).start(away);
    nodes.network.loseDatagrams(1);
    for (int i = 0; i < 5; i++) {
      here.send(bytes("lost"));
    }
    nodes.network.await(() -> {});
    nodes.network.loseDatagrams(0);
    here.send(bytes("there"));
    await().until(() -> away.datagrams.size() == 1);
    assertThat(web.datagrams.get(0).counts()).isEqualTo(new DatagramChannel.Counts(0, 1, 0, 5));
    assertThat(here.counts().sent()).isEqualTo(6);
  }

  @Test
  void whatComesBeforeTheProgramHasStartedIsKeptALittle() throws Exception {
    DatagramChannel here = open();
    for (int i = 0; i < OpenDatagrams.MAX_EARLY + 3; i++) {
      here.send(bytes("d" + i));
    }
    nodes.network.await(() -> {});
    Heard away = new Heard();
    web.datagrams.get(0).start(away);
    await().until(() -> away.datagrams.size() == OpenDatagrams.MAX_EARLY);
    assertThat(away.datagrams.get(0)).isEqualTo("d0");
    assertThat(web.datagrams.get(0).counts())
        .isEqualTo(new DatagramChannel.Counts(0, OpenDatagrams.MAX_EARLY, 3, 0));
  }

  @Test
  void theLargestDatagramFitsWhateverItsHeader() throws Exception {
    DatagramChannel here = open();
    assertThat(here.maxBytes()).isEqualTo(1_100 - DatagramHeader.MAX_BYTES);
    assertThat(here.send(ByteBuffer.allocate(here.maxBytes()))).isTrue();
    assertThatThrownBy(() -> here.send(ByteBuffer.allocate(here.maxBytes() + 1)))
        .isInstanceOf(IllegalArgumentException.class);
    ByteBuffer worst = ByteBuffer.allocate(100);
    DatagramHeader.write(worst, DatagramHeader.MAX_FLOW, -1);
    assertThat(worst.position()).isEqualTo(DatagramHeader.MAX_BYTES);
    worst.flip();
    assertThat(DatagramHeader.readFlow(worst)).isEqualTo(DatagramHeader.MAX_FLOW);
    assertThat(DatagramHeader.readSequence(worst)).isEqualTo(0xffff_ffffL);
  }

  @Test
  void closingEndsItAtBothEndsAndLaterDatagramsAreStray() throws Exception {
    DatagramChannel here = open();
    Heard atHome = new Heard();
    Heard away = new Heard();
    here.start(atHome);
    web.datagrams.get(0).start(away);
    here.close();
    assertThat(away.closed.get(60, TimeUnit.SECONDS)).isEqualTo(new StreamEnd.Reset(0, true));
    assertThat(atHome.closed.get(60, TimeUnit.SECONDS)).isEqualTo(new StreamEnd.Reset(0, false));
    assertThat(here.send(bytes("late"))).isFalse();
    assertThat(here.counts().dropped()).isEqualTo(1);
    nodes.network.await(
        () ->
            nodes
                .aliceLinks
                .current(BOB)
                .orElseThrow()
                .sendDatagram(ByteBuffer.wrap(new byte[] {0, 0, 1})));
    await().until(() -> nodes.bob.strayDatagrams() == 1);
  }

  @Test
  void bytesOnItsStreamEndIt() throws Exception {
    DatagramChannel here = open();
    Heard atHome = new Heard();
    here.start(atHome);
    ((OpenDatagrams) here).onBytes(bytes("what?"));
    assertThat(atHome.closed.get(60, TimeUnit.SECONDS)).isInstanceOf(StreamEnd.Lost.class);
  }
}
