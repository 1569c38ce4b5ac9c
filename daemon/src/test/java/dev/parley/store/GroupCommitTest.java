package dev.parley.store;

import static dev.parley.store.StoredMessages.await;
import static dev.parley.store.StoredMessages.outgoing;
import static dev.parley.store.StoredMessages.peer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.parley.messaging.MessageStore;
import dev.parley.messaging.MessageStore.PageLimit;
import dev.parley.messaging.OutboxMessage;
import dev.parley.messaging.StorageFailure;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GroupCommitTest {
  private static final PageLimit ALL = new PageLimit(100_000, Long.MAX_VALUE);

  @TempDir Path directory;
  private Store store;
  private MessageStore messages;

  @BeforeEach
  void open() throws StoreException {
    store = Store.open(directory.resolve("parley.db"), Clock.systemUTC());
    messages = store.messages();
  }

  @AfterEach
  void close() {
    store.close();
  }

  @Test
  void onlyTheCulpritOfAGroupFails() throws Exception {
    CountDownLatch release = holdTheWriter();
    CompletionStage<?> before = messages.appendOutbox(List.of(outgoing(1, peer(1))));
    CompletionStage<?> culprit = messages.appendOutbox(List.of(outgoing(1, peer(1))));
    CompletionStage<?> after = messages.appendOutbox(List.of(outgoing(2, peer(1))));
    release.countDown();
    await(before);
    await(after);
    assertThatThrownBy(() -> await(culprit)).hasCauseInstanceOf(StorageFailure.class);
    assertThat(positions()).containsExactly(1L, 2L);
  }

  @Test
  void aFullDiskFailsTheSendAndRoomLetsTheNextOneThrough() throws Exception {
    await(messages.appendOutbox(List.of(outgoing(1, peer(1)))));
    store.limitPages(1);
    for (int attempt = 0; attempt < 3; attempt++) {
      CompletionStage<?> refused = messages.appendOutbox(List.of(large(2)));
      assertThatThrownBy(() -> await(refused))
          .cause()
          .isInstanceOfSatisfying(
              StorageFailure.class,
              failure -> assertThat(failure.kind()).isEqualTo(StorageFailure.Kind.FULL))
          .hasMessageContaining("full");
    }
    store.limitPages(1_000_000);
    await(messages.appendOutbox(List.of(large(3))));
    assertThat(positions()).containsExactly(1L, 3L);
  }

  @Test
  void aStuckDiskFailsWhatIsTooMuchInsteadOfPilingItUp() throws Exception {
    CountDownLatch release = holdTheWriter();
    List<CompletionStage<?>> waiting = new ArrayList<>();
    for (int i = 1; i <= Writer.MAX_QUEUED; i++) {
      waiting.add(messages.appendOutbox(List.of(outgoing(i, peer(1)))));
    }
    CompletionStage<?> tooMuch = messages.appendOutbox(List.of(outgoing(99_999, peer(1))));
    assertThatThrownBy(() -> await(tooMuch)).hasMessageContaining("cannot keep up");
    release.countDown();
    for (CompletionStage<?> stage : waiting) {
      await(stage);
    }
    assertThat(positions()).hasSize(Writer.MAX_QUEUED);
  }

  @Test
  void closingWaitsForWhatIsQueued() throws Exception {
    CountDownLatch release = holdTheWriter();
    CompletionStage<?> queued = messages.appendOutbox(List.of(outgoing(1, peer(1))));
    release.countDown();
    store.close();
    assertThat(queued.toCompletableFuture()).isCompleted();
    assertThatThrownBy(() -> await(messages.appendOutbox(List.of(outgoing(2, peer(1))))))
        .hasMessageContaining("closed");
    store = Store.open(directory.resolve("parley.db"), Clock.systemUTC());
    messages = store.messages();
    assertThat(positions()).containsExactly(1L);
  }

  private List<Long> positions() throws Exception {
    return await(messages.readOutbox(peer(1), 0, ALL)).stream()
        .map(OutboxMessage::position)
        .toList();
  }

  private static OutboxMessage large(long position) {
    return outgoing(position, peer(1), ByteString.copyFrom(new byte[60_000]));
  }

  /** Occupies the writer, so that what follows becomes one group. */
  private CountDownLatch holdTheWriter() throws InterruptedException {
    CountDownLatch held = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    CompletionStage<Boolean> holding =
        store
            .writer()
            .write(
                0,
                sql -> {
                  held.countDown();
                  try {
                    return release.await(30, TimeUnit.SECONDS);
                  } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                  }
                });
    assertThat(held.await(30, TimeUnit.SECONDS)).isTrue();
    assertThat(holding.toCompletableFuture()).isNotDone();
    return release;
  }
}
