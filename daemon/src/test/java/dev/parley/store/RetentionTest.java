package dev.parley.store;

import static dev.parley.store.StoredMessages.NOW;
import static dev.parley.store.StoredMessages.await;
import static dev.parley.store.StoredMessages.id;
import static dev.parley.store.StoredMessages.incoming;
import static dev.parley.store.StoredMessages.outgoing;
import static dev.parley.store.StoredMessages.peer;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableMap;
import dev.parley.messaging.ConsumerName;
import dev.parley.messaging.HistoryQuery;
import dev.parley.messaging.InboxGap;
import dev.parley.messaging.MessageStore;
import dev.parley.messaging.MessageStore.DropRequest;
import dev.parley.messaging.MessageStore.Dropped;
import dev.parley.messaging.MessageStore.OutboxEnd;
import dev.parley.messaging.MessageStore.PageLimit;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RetentionTest {
  private static final ConsumerName FAST = new ConsumerName("fast");
  private static final ConsumerName SLOW = new ConsumerName("slow");
  private static final PageLimit ALL = new PageLimit(10_000, 1L << 30);
  private static final Duration DAY = Duration.ofDays(1);

  @TempDir Path directory;
  private Store store;
  private MessageStore messages;

  @BeforeEach
  void open() throws Exception {
    store = Store.open(directory.resolve("parley.db"), Clock.systemUTC());
    messages = store.messages();
    await(messages.registerConsumer(FAST));
    await(messages.registerConsumer(SLOW));
  }

  @AfterEach
  void close() {
    store.close();
  }

  @Test
  void whatNobodyHasReadIsNeverDropped() throws Exception {
    arrive(1, 10);
    assertThat(dropOlderThanADay(NOW.plus(DAY.multipliedBy(100))).count()).isZero();
    acknowledge(FAST, 4);
    assertThat(dropOlderThanADay(NOW.plus(DAY.multipliedBy(100))).count()).isEqualTo(4);
    assertThat(await(messages.readInbox(FAST, 0, ALL)).messages()).hasSize(6);
  }

  @Test
  void aConsumerThatIsOvertakenIsToldOfTheGapUntilItHasAcknowledgedIt() throws Exception {
    arrive(1, 10);
    await(messages.acknowledge(SLOW, 2, List.of(5L), NOW));
    acknowledge(FAST, 8);
    Dropped dropped = dropOlderThanADay(NOW.plus(DAY.multipliedBy(2)));
    assertThat(dropped.unread().get(SLOW)).isEqualTo(ImmutableMap.of(peer(2), 5L));
    assertThat(dropped.unread()).doesNotContainKey(FAST);
    InboxGap gap = await(messages.readInbox(SLOW, 2, ALL)).gap().orElseThrow();
    assertThat(gap).isEqualTo(new InboxGap(3, 8, 5, NOW, NOW));
    assertThat(await(messages.readInbox(FAST, 0, ALL)).gap()).isEmpty();
    await(messages.acknowledge(SLOW, 8, List.of(), NOW));
    assertThat(await(messages.readInbox(SLOW, 8, ALL)).gap()).isEmpty();
  }

  @Test
  void aGapIsToldEvenWhenNothingIsLeftAndAfterARestart() throws Exception {
    arrive(1, 3);
    acknowledge(FAST, 3);
    dropOlderThanADay(NOW.plus(DAY.multipliedBy(2)));
    store.close();
    store = Store.open(directory.resolve("parley.db"), Clock.systemUTC());
    messages = store.messages();
    assertThat(await(messages.load()).lastInboxPosition()).isEqualTo(3);
    assertThat(await(messages.load()).lastPosition()).isEqualTo(3);
    assertThat(await(messages.readInbox(SLOW, 0, ALL)).gap()).isPresent();
  }

  @Test
  void aDuplicateOfADroppedMessageIsStillKnownAsOne() throws Exception {
    arrive(1, 3);
    acknowledge(FAST, 3);
    assertThat(dropOlderThanADay(NOW.plus(DAY.multipliedBy(2))).count()).isEqualTo(3);
    assertThat(
            await(messages.appendInbox(List.of(incoming(4, peer(2), 2), incoming(5, peer(2), 9)))))
        .extracting(message -> message.position())
        .containsExactly(5L);
  }

  @Test
  void tombstonesAreBoundedInTimeAndNumber() throws Exception {
    arrive(1, 30);
    acknowledge(FAST, 30);
    dropOlderThanADay(NOW.plus(DAY.multipliedBy(2)));
    assertThat(tombstones()).isEqualTo(30);
    await(
        store
            .writer()
            .write(
                1,
                sql -> {
                  TombstoneTable.prune(sql, 0, 10, 1_000);
                  return true;
                }));
    assertThat(tombstones()).isEqualTo(10);
    drop(NOW.plus(TombstoneTable.KEPT_FOR).plus(DAY.multipliedBy(3)), OptionalLong.empty());
    assertThat(tombstones()).isZero();
  }

  @Test
  void tooManyBytesGoOldestFirstOverBothDirectionsAndWhatWaitsStays() throws Exception {
    await(messages.appendOutbox(List.of(outgoing(1, peer(2)), outgoing(2, peer(3)))));
    arrive(3, 9);
    await(messages.endOutbox(peer(2), new OutboxEnd(1, List.of()), NOW));
    acknowledge(FAST, 10);
    long each = incoming(3, peer(2), 3).weight();
    Dropped dropped = drop(NOW, OptionalLong.of(4 * each));
    assertThat(dropped.count()).isEqualTo(4);
    assertThat(await(messages.find(id(1)))).isEmpty();
    assertThat(await(messages.find(id(2)))).isPresent();
    assertThat(drop(NOW, OptionalLong.of(4 * each)).count()).isZero();
  }

  @Test
  void aSliceIsBoundedAndSaysThatThereIsMore() throws Exception {
    arrive(1, 25);
    acknowledge(FAST, 25);
    Instant later = NOW.plus(DAY.multipliedBy(2));
    drop(NOW, OptionalLong.empty());
    List<Integer> counts = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      Dropped slice =
          await(
              messages.dropOld(
                  new DropRequest(
                      later, DAY.multipliedBy(9), Optional.of(DAY), OptionalLong.empty(), 10)));
      counts.add(slice.count());
      assertThat(slice.more()).isEqualTo(i < 2);
    }
    assertThat(counts).containsExactly(10, 10, 5);
  }

  @Test
  void aClockThatIsWrongForAWhileCostsNothing() throws Exception {
    arrive(1, 5);
    acknowledge(FAST, 5);
    drop(NOW, OptionalLong.empty());
    Instant wrong = NOW.plus(Duration.ofDays(3_650));
    for (int minute = 0; minute < 20; minute++) {
      assertThat(
              await(
                      messages.dropOld(
                          new DropRequest(
                              wrong,
                              Duration.ofHours(1),
                              Optional.of(DAY),
                              OptionalLong.empty(),
                              10)))
                  .count())
          .isZero();
    }
  }

  @Test
  void whatIsDroppedIsNoLongerFound() throws Exception {
    arrive(1, 3);
    acknowledge(FAST, 3);
    HistoryQuery query =
        new HistoryQuery(
            Optional.empty(), Long.MAX_VALUE, Optional.empty(), Optional.empty(), "message", 10);
    assertThat(await(messages.readHistory(query)).messages()).hasSize(3);
    dropOlderThanADay(NOW.plus(DAY.multipliedBy(2)));
    assertThat(await(messages.readHistory(query)).messages()).isEmpty();
  }

  private void arrive(int first, int last) throws Exception {
    for (int i = first; i <= last; i++) {
      await(messages.appendInbox(List.of(incoming(i, peer(2), i))));
    }
  }

  private void acknowledge(ConsumerName consumer, long position) throws Exception {
    await(messages.acknowledge(consumer, position, List.of(), NOW));
  }

  private Dropped dropOlderThanADay(Instant now) throws Exception {
    return drop(now, OptionalLong.empty());
  }

  private Dropped drop(Instant now, OptionalLong bytes) throws Exception {
    return await(
        messages.dropOld(
            new DropRequest(now, Duration.ofDays(36_500), Optional.of(DAY), bytes, 1_000)));
  }

  private long tombstones() throws Exception {
    return await(store.writer().write(1, sql -> sql.number("SELECT count(*) FROM tombstone")));
  }
}
