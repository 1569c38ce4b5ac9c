package dev.parley.store;

import static dev.parley.store.StoredMessages.NOW;
import static dev.parley.store.StoredMessages.await;
import static dev.parley.store.StoredMessages.id;
import static dev.parley.store.StoredMessages.peer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.parley.link.LinkPath;
import dev.parley.messaging.HistoryPage;
import dev.parley.messaging.HistoryQuery;
import dev.parley.messaging.InboxMessage;
import dev.parley.messaging.KeptMessage;
import dev.parley.messaging.MessageStore;
import dev.parley.messaging.MessageStore.OutboxEnd;
import dev.parley.messaging.OutboxMessage;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HistoryTest {
  @TempDir Path directory;
  private Store store;
  private MessageStore messages;

  @BeforeEach
  void open() throws Exception {
    store = Store.open(directory.resolve("parley.db"), Clock.systemUTC());
    messages = store.messages();
  }

  @AfterEach
  void close() {
    store.close();
  }

  @Test
  void pagesGoBackwardOverBothDirectionsWithoutGapOrRepetition() throws Exception {
    for (int i = 1; i <= 100; i++) {
      if (i % 3 == 0) {
        arrive(i, 2, "message");
      } else {
        await(messages.appendOutbox(List.of(outgoing(i, 2, "message"))));
      }
    }
    await(messages.endOutbox(peer(2), new OutboxEnd(50, List.of()), NOW));
    List<Long> positions = new ArrayList<>();
    long before = Long.MAX_VALUE;
    do {
      HistoryPage page = await(messages.readHistory(query(2, before, "", 7)));
      page.messages().forEach(message -> positions.add(message.position()));
      before = page.before();
    } while (before != 0);
    assertThat(positions).hasSize(100).isSortedAccordingTo((a, b) -> Long.compare(b, a));
    assertThat(positions).doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "meet | 1,2",
        "MEET | 1,2",
        "meet station | 2",
        "caf* | 3",
        "cafe | 3",
        "tion | ''",
        "sta* | 2",
        "nothing | ''",
        "привет | 4",
        "don't | 5",
      })
  void allWordsMustBeThereInAnyCaseAndOrder(String words, String found) throws Exception {
    arrive(1, 2, "Meet me");
    arrive(2, 2, "at the station we meet");
    arrive(3, 2, "a café, perhaps");
    arrive(4, 2, "Привет!");
    arrive(5, 2, "don't");
    List<String> expected = found.isEmpty() ? List.of() : List.of(found.split(","));
    assertThat(await(messages.readHistory(query(2, Long.MAX_VALUE, words, 10))).messages())
        .extracting(message -> String.valueOf(message.position()))
        .containsExactlyInAnyOrderElementsOf(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"\"", "*", "a\" OR \"b", "NEAR(", "text:x", "-x", "^", "(", "\0", "a AND NOT b"})
  void nothingInASearchIsAnOperator(String words) throws Exception {
    arrive(1, 2, "hello");
    assertThat(await(messages.readHistory(query(2, Long.MAX_VALUE, words, 10))).messages())
        .isEmpty();
  }

  @Test
  void onlyTextIsSearched() throws Exception {
    await(
        messages.appendInbox(
            List.of(
                incoming(1, 2, "application/octet-stream", "secret"),
                incoming(2, 2, "TEXT/html", "secret"))));
    assertThat(await(messages.readHistory(query(2, Long.MAX_VALUE, "secret", 10))).messages())
        .extracting(KeptMessage::position)
        .containsExactly(2L);
  }

  @Test
  void aSpanOfTimeAndAPeerNarrowIt() throws Exception {
    arrive(1, 2, "x");
    arrive(2, 3, "x");
    Instant after = NOW.plusSeconds(1);
    HistoryQuery since =
        new HistoryQuery(
            Optional.empty(), Long.MAX_VALUE, Optional.of(after), Optional.empty(), "", 10);
    HistoryQuery until =
        new HistoryQuery(
            Optional.of(peer(3)), Long.MAX_VALUE, Optional.empty(), Optional.of(after), "", 10);
    assertThat(await(messages.readHistory(since)).messages()).isEmpty();
    assertThat(await(messages.readHistory(until)).messages())
        .extracting(KeptMessage::position)
        .containsExactly(2L);
  }

  @Test
  void aPageIsBounded() {
    assertThatThrownBy(() -> HistoryQuery.newest(HistoryQuery.MAX_LIMIT + 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> query(2, 1, "x".repeat(HistoryQuery.MAX_WORDS_CHARACTERS + 1), 1))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aSearchLooksAtABoundedNumberOfMessagesAndGoesOn() throws Exception {
    arrive(1, 3, "needle");
    List<InboxMessage> many = new ArrayList<>();
    for (int i = 2; i <= HistoryTable.MAX_LOOKED_AT + 1_000; i++) {
      many.add(incoming(i, 2, "text/plain", "needle"));
    }
    await(messages.appendInbox(many));
    for (String words : List.of("needle", "")) {
      HistoryPage first = await(messages.readHistory(query(3, Long.MAX_VALUE, words, 10)));
      if (words.isEmpty()) {
        assertThat(first.messages()).as("the index by peer finds it at once").hasSize(1);
      } else {
        assertThat(first.messages()).isEmpty();
        HistoryPage second = await(messages.readHistory(query(3, first.before(), words, 10)));
        assertThat(second.messages()).hasSize(1);
        assertThat(second.before()).isZero();
      }
    }
  }

  private void arrive(long position, int from, String text) throws Exception {
    await(messages.appendInbox(List.of(incoming(position, from, "text/plain", text))));
  }

  private static InboxMessage incoming(long position, int from, String type, String text) {
    return new InboxMessage(
        position,
        id(position),
        peer(from),
        type,
        ByteString.copyFromUtf8(text),
        NOW,
        NOW,
        LinkPath.Kind.RELAY);
  }

  private static OutboxMessage outgoing(long position, int to, String text) {
    return new OutboxMessage(
        position, id(position), peer(to), "text/plain", ByteString.copyFromUtf8(text), NOW);
  }

  private static HistoryQuery query(int peer, long before, String words, int limit) {
    return new HistoryQuery(
        Optional.of(peer(peer)), before, Optional.empty(), Optional.empty(), words, limit);
  }
}
