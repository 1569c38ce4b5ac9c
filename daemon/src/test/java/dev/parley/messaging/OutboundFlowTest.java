package dev.parley.messaging;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.parley.messaging.OutboundFlow.Ended;
import dev.parley.messaging.OutboundFlow.PageRequest;
import dev.parley.proto.id.MessageId;
import dev.parley.proto.id.PeerId;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class OutboundFlowTest {
  private static final PeerId BOB = MemoryNetwork.peer(2);

  private final OutboundFlow flow = new OutboundFlow();

  @Test
  void aFreshMessageGoesStraightFromMemoryToTheLink() {
    flow.onCommitted(messages(1, 3), true);
    assertThat(flow.nextPage()).isEmpty();
    assertThat(positions(flow.takeReady(1 << 20, Instant.EPOCH))).containsExactly(1L, 2L, 3L);
  }

  @Test
  void whatHasExpiredIsNotWrittenAndEndsInItsTurn() {
    Instant late = Instant.EPOCH.plusSeconds(10);
    OutboxMessage expiring =
        new OutboxMessage(
            2,
            id(2),
            BOB,
            "text/plain",
            ByteString.EMPTY,
            Instant.EPOCH,
            Optional.of(late),
            Optional.empty());
    flow.onCommitted(List.of(message(1, ByteString.EMPTY), expiring), true);
    flow.onCommitted(List.of(message(3, ByteString.EMPTY)), true);
    assertThat(flow.isResting(3)).isFalse();
    assertThat(positions(flow.takeReady(1 << 20, late))).containsExactly(1L, 3L);
    assertThat(flow.takeEnded()).isEmpty();
    flow.onDelivered(id(1));
    Ended ended = flow.takeEnded().orElseThrow();
    assertThat(ended.upTo()).isEqualTo(2);
    assertThat(ended.runs())
        .containsExactly(
            new MessageStore.SentRun(1, Optional.of(late)),
            new MessageStore.SentRun(2, Optional.empty()));
    assertThat(ended.failed())
        .extracting(MessageStore.OutboxFailure::state)
        .containsExactly(MessageState.EXPIRED);
    flow.onStreamLost();
    assertThat(flow.isResting(3)).isTrue();
  }

  @Test
  void aMillionWaitingMessagesAreNeverInMemory() {
    flow.onRestored(1_000_000);
    long sent = 0;
    while (flow.hasWork()) {
      readPages();
      assertThat(flow.size()).isBetween(1, OutboundFlow.MAX_MESSAGES);
      for (OutboxMessage message : flow.takeReady(64 * 1024, Instant.EPOCH)) {
        assertThat(message.position()).isEqualTo(++sent);
        flow.onDelivered(message.id());
      }
      flow.takeEnded();
    }
    assertThat(sent).isEqualTo(1_000_000);
  }

  @Test
  void largeBodiesAreBoundedByTheirBytes() {
    ByteString large = ByteString.copyFrom(new byte[Messages.MAX_BODY_BYTES]);
    for (long i = 1; i <= 1_000; i++) {
      flow.onCommitted(List.of(message(i, large)), true);
    }
    assertThat(flow.size() * (long) large.size()).isLessThanOrEqualTo(OutboundFlow.MAX_BYTES);
    assertThat(flow.hasWork()).isTrue();
  }

  @Test
  void anUnansweredWindowIsNotExceededHoweverMuchIsCommitted() {
    for (long i = 1; i <= 20_000; i++) {
      flow.onCommitted(messages(i, i), true);
      flow.takeReady(1 << 20, Instant.EPOCH);
      readPages();
    }
    assertThat(flow.size()).isEqualTo(OutboundFlow.MAX_MESSAGES);
  }

  @Test
  void whatIsOverIsAlwaysARange() {
    flow.onCommitted(messages(1, 4), true);
    flow.takeReady(1 << 20, Instant.EPOCH);
    flow.onDelivered(id(2));
    flow.onRefused(id(3), MessageState.FAILED, "no");
    assertThat(flow.takeEnded()).isEmpty();
    flow.onDelivered(id(1));
    Ended ended = flow.takeEnded().orElseThrow();
    assertThat(ended.upTo()).isEqualTo(3);
    assertThat(ended.delivered()).containsExactly(id(1), id(2));
    assertThat(ended.failed()).extracting(MessageStore.OutboxFailure::id).containsExactly(id(3));
  }

  @Test
  void anAnswerForWhatIsNotInFlightIsIgnored() {
    flow.onCommitted(messages(1, 2), true);
    flow.onDelivered(id(1));
    flow.onRefused(id(99), MessageState.FAILED, "no");
    assertThat(flow.takeEnded()).isEmpty();
    assertThat(positions(flow.takeReady(1 << 20, Instant.EPOCH))).containsExactly(1L, 2L);
  }

  @Test
  void aLostStreamStartsAgainAtTheFirstMessageThatIsNotOver() {
    flow.onCommitted(messages(1, 10), true);
    flow.takeReady(1 << 20, Instant.EPOCH);
    LongStream.rangeClosed(1, 4).forEach(i -> flow.onDelivered(id(i)));
    flow.takeEnded();
    flow.onStreamLost();
    assertThat(flow.size()).isZero();
    readPages();
    assertThat(positions(flow.takeReady(1 << 20, Instant.EPOCH)))
        .containsExactly(5L, 6L, 7L, 8L, 9L, 10L);
  }

  @Test
  void aPageAskedForBeforeTheStreamWasLostIsNotTaken() {
    flow.onRestored(10);
    PageRequest before = flow.nextPage().orElseThrow();
    flow.onStreamLost();
    PageRequest after = flow.nextPage().orElseThrow();
    flow.onPage(before, messages(1, 10));
    assertThat(flow.size()).isZero();
    flow.onPage(after, messages(1, 10));
    assertThat(flow.size()).isEqualTo(10);
  }

  @Test
  void messagesCommittedWhileAPageIsReadComeAfterIt() {
    flow.onRestored(2);
    PageRequest request = flow.nextPage().orElseThrow();
    flow.onCommitted(messages(3, 4), true);
    flow.onPage(request, messages(1, 2));
    assertThat(positions(flow.takeReady(1 << 20, Instant.EPOCH))).containsExactly(1L, 2L);
    readPages();
    assertThat(positions(flow.takeReady(1 << 20, Instant.EPOCH))).containsExactly(3L, 4L);
    assertThat(flow.nextPage()).isEmpty();
  }

  private void readPages() {
    for (Optional<PageRequest> page = flow.nextPage(); page.isPresent(); page = flow.nextPage()) {
      PageRequest request = page.get();
      long last =
          Math.min(request.committedUpTo(), request.after() + request.limit().maxMessages());
      flow.onPage(request, messages(request.after() + 1, last));
    }
  }

  private static List<Long> positions(List<OutboxMessage> messages) {
    return messages.stream().map(OutboxMessage::position).toList();
  }

  private static List<OutboxMessage> messages(long first, long last) {
    List<OutboxMessage> messages = new ArrayList<>();
    for (long i = first; i <= last; i++) {
      messages.add(message(i, ByteString.EMPTY));
    }
    return messages;
  }

  private static OutboxMessage message(long position, ByteString body) {
    return new OutboxMessage(position, id(position), BOB, "text/plain", body, Instant.EPOCH);
  }

  private static MessageId id(long number) {
    return MessageId.of(ByteBuffer.allocate(MessageId.BYTES).putLong(number).array());
  }
}
