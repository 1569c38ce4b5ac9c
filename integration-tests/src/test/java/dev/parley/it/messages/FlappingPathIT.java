package dev.parley.it.messages;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.control.v1.MessageState;
import dev.parley.control.v1.PathKind;
import dev.parley.control.v1.ReceivedMessage;
import dev.parley.it.process.Daemon;
import dev.parley.it.process.Inbox;
import dev.parley.it.process.RelayProcess;
import dev.parley.it.process.Stage;
import dev.parley.it.process.StageExtension;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Messages do not notice that the path beneath them changes. */
@ExtendWith(StageExtension.class)
class FlappingPathIT {
  private static final int MESSAGES = 1_000;
  private static final int FLIP_EVERY_MILLIS = 100;
  private static final int SEND_EVERY_MILLIS = 4;

  @Test
  void aThousandMessagesArriveOnceAndInOrderWhileThePathFlips(Stage stage) throws Exception {
    RelayProcess relay = stage.relay();
    Daemon alice = stage.home("alice").start("--relay", relay.url());
    Daemon bob = stage.home("bob").start("--relay", relay.url());
    Daemon.introduce(alice, bob);
    alice.home().parley("ping", "bob", "--until-direct", "--timeout", "60s").succeeds();
    bob.control().awaitPath("alice", PathKind.PATH_KIND_DIRECT);

    ScheduledExecutorService clock = Executors.newScheduledThreadPool(2);
    stage.closeLater(clock::shutdownNow);
    AtomicInteger flips = new AtomicInteger();
    AtomicInteger sent = new AtomicInteger();
    var flipping =
        clock.scheduleAtFixedRate(
            () -> flip(alice, bob, flips), 0, FLIP_EVERY_MILLIS, TimeUnit.MILLISECONDS);
    // Spread out, so that many flips happen on the way; late ones are caught up with.
    var sending =
        clock.scheduleAtFixedRate(
            () -> send(alice, sent), 0, SEND_EVERY_MILLIS, TimeUnit.MILLISECONDS);

    List<ReceivedMessage> messages = bob.control().inbox("").read(MESSAGES);
    assertThat(flipping.cancel(false)).as("flipped to the end").isTrue();
    sending.cancel(false);
    clock.shutdown();
    assertThat(clock.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
    alice.control().pin("bob", PathKind.PATH_KIND_UNSPECIFIED);
    bob.control().pin("alice", PathKind.PATH_KIND_UNSPECIFIED);
    alice.control().send("bob", "end", MessageState.MESSAGE_STATE_DELIVERED);

    assertThat(Inbox.texts(messages))
        .isEqualTo(IntStream.range(0, MESSAGES).mapToObj(Integer::toString).toList());
    assertThat(Inbox.texts(bob.control().inbox("").read(1))).containsExactly("end");
    assertThat(messages)
        .as("paths used in %s flips", flips)
        .extracting(ReceivedMessage::getPath)
        .contains(PathKind.PATH_KIND_RELAY, PathKind.PATH_KIND_DIRECT);
  }

  private static void flip(Daemon alice, Daemon bob, AtomicInteger flips) {
    PathKind kind =
        flips.getAndIncrement() % 2 == 0 ? PathKind.PATH_KIND_RELAY : PathKind.PATH_KIND_DIRECT;
    alice.control().pin("bob", kind);
    bob.control().pin("alice", kind);
  }

  private static void send(Daemon alice, AtomicInteger sent) {
    if (sent.get() < MESSAGES) {
      alice
          .control()
          .send("bob", Integer.toString(sent.getAndIncrement()), MessageState.MESSAGE_STATE_QUEUED);
    }
  }
}
