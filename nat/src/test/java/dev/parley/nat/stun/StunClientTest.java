package dev.parley.nat.stun;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** On the embedded event loop, whose time only moves when the test says so. */
final class StunClientTest {
  private static final InetSocketAddress SERVER = new InetSocketAddress("192.0.2.1", 3478);
  private static final InetSocketAddress MAPPED = new InetSocketAddress("198.51.100.7", 40000);

  private final EmbeddedChannel channel = new EmbeddedChannel();
  private final List<ByteBuf> sent = new ArrayList<>();
  private final StunClient client =
      new StunClient(channel.eventLoop(), new Random(1), (datagram, to) -> sent.add(datagram));

  StunClientTest() {
    channel.freezeTime();
  }

  @AfterEach
  void release() {
    client.close();
    sent.forEach(ByteBuf::release);
    channel.close();
  }

  @Test
  void theAnswerOfTheServerIsTheResult() {
    Future<InetSocketAddress> result = client.query(SERVER);

    assertThat(client.onDatagram(success(sent.get(0)), SERVER)).isTrue();
    assertThat(result.getNow()).isEqualTo(MAPPED);
    // A second copy of the answer belongs to no open question.
    assertThat(client.onDatagram(success(sent.get(0)), SERVER)).isFalse();
  }

  @Test
  void aRequestIsRepeatedWithDoublingPausesUntilEightSecondsAreOver() {
    Future<InetSocketAddress> result = client.query(SERVER);
    List<Integer> sentBy = new ArrayList<>();
    for (int halfSeconds = 1; halfSeconds <= 15; halfSeconds++) {
      pass(500);
      sentBy.add(sent.size());
    }
    assertThat(sentBy).containsExactly(2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 4, 4, 4, 4, 5);
    assertThat(result.isDone()).isFalse();
    assertThat(sent).allMatch(datagram -> datagram.equals(sent.get(0)));

    pass(500);
    assertThat(result.cause())
        .isInstanceOf(StunFailedException.class)
        .hasMessageContaining("192.0.2.1")
        .hasMessageContaining("timed out");
  }

  @Test
  void anAnswerFromElsewhereOrToAnotherQuestionIsNotTaken() {
    Future<InetSocketAddress> result = client.query(SERVER);
    ByteBuf foreign =
        StunWriter.binding(StunClass.SUCCESS, new TransactionId(1, 2))
            .xorMappedAddress(MAPPED)
            .finish(UnpooledByteBufAllocator.DEFAULT);

    assertThat(client.onDatagram(success(sent.get(0)), MAPPED)).isFalse();
    assertThat(client.onDatagram(foreign, SERVER)).isFalse();
    assertThat(client.onDatagram(sent.get(0).copy(), SERVER)).isFalse();
    assertThat(result.isDone()).isFalse();
  }

  @Test
  void anErrorOrAnAnswerWithoutAnAddressFails() {
    Future<InetSocketAddress> first = client.query(SERVER);
    Future<InetSocketAddress> second = client.query(SERVER);
    client.onDatagram(
        StunWriter.binding(StunClass.ERROR, idOf(sent.get(0)))
            .error(new StunError(420, ""))
            .finish(UnpooledByteBufAllocator.DEFAULT),
        SERVER);
    client.onDatagram(
        StunWriter.binding(StunClass.SUCCESS, idOf(sent.get(1)))
            .finish(UnpooledByteBufAllocator.DEFAULT),
        SERVER);

    assertThat(first.cause()).hasMessageContaining("error 420");
    assertThat(second.cause()).hasMessageContaining("no address");
  }

  @Test
  void moreOpenQuestionsThanTheLimitAreRefused() {
    for (int i = 0; i < StunClient.MAX_OUTSTANDING; i++) {
      assertThat(client.query(SERVER).isDone()).isFalse();
    }
    assertThat(client.query(SERVER).cause()).hasMessageContaining("too many");
  }

  private void pass(long millis) {
    channel.advanceTimeBy(millis, TimeUnit.MILLISECONDS);
    channel.runScheduledPendingTasks();
  }

  private static TransactionId idOf(ByteBuf request) {
    return StunMessage.parse(request).orElseThrow().transactionId();
  }

  private static ByteBuf success(ByteBuf request) {
    return StunWriter.binding(StunClass.SUCCESS, idOf(request))
        .xorMappedAddress(MAPPED)
        .fingerprint()
        .finish(UnpooledByteBufAllocator.DEFAULT);
  }
}
