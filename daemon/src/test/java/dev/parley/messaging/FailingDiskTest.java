package dev.parley.messaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.messaging.TestNode.Setup;
import dev.parley.proto.id.PeerId;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Disks that are full for a while, on either side. */
class FailingDiskTest {
  private static final PeerId ALICE = MemoryNetwork.peer(1);
  private static final PeerId BOB = MemoryNetwork.peer(2);

  @TempDir Path directory;
  private final MemoryNetwork network = new MemoryNetwork(new Random(1));

  @AfterEach
  void stop() {
    network.close();
  }

  @Test
  void aFullDiskFailsTheSendAndTheNextOneGoesThroughOnceThereIsRoom() throws Exception {
    AtomicBoolean full = new AtomicBoolean(true);
    FaultyDisk disk = FaultyDisk.failing(call -> full.get() && call.equals("appendOutbox"));
    try (TestNode alice = node(ALICE, disk)) {
      assertThatThrownBy(() -> TestNode.get(alice.send(BOB, "hi")))
          .cause()
          .isInstanceOfSatisfying(
              MessageRejected.class,
              rejected ->
                  assertThat(rejected.reason()).isEqualTo(MessageRejected.Reason.STORAGE_FULL));
      full.set(false);
      TestNode.get(alice.send(BOB, "hi"));
      assertThat(alice.messages.outboxSize(BOB)).isEqualTo(1);
    }
  }

  @Test
  void aReceiverWhoseDiskFailsNowAndThenGetsEverythingOnceAndInOrder() throws Exception {
    AtomicInteger calls = new AtomicInteger();
    FaultyDisk disk =
        FaultyDisk.failing(
            call ->
                call.equals("appendInbox") && calls.incrementAndGet() % 3 == 0 && calls.get() <= 9);
    try (TestNode alice = node(ALICE, FaultyDisk.failing(call -> false));
        TestNode bob = node(BOB, disk)) {
      requireAllDelivered(alice, bob);
    }
  }

  @Test
  void aSenderWhoseDiskFailsNowAndThenDeliversEverythingOnceAndInOrder() throws Exception {
    AtomicInteger calls = new AtomicInteger();
    FaultyDisk disk =
        FaultyDisk.failing(
            call ->
                (call.equals("endOutbox") || call.equals("readOutbox"))
                    && calls.incrementAndGet() % 2 == 0
                    && calls.get() <= 6);
    try (TestNode alice = node(ALICE, disk);
        TestNode bob = node(BOB, FaultyDisk.failing(call -> false))) {
      requireAllDelivered(alice, bob);
    }
  }

  private static void requireAllDelivered(TestNode alice, TestNode bob) throws Exception {
    for (int i = 0; i < 500; i++) {
      var sent = alice.send(BOB, String.valueOf(i));
      if (i % 50 == 0) {
        TestNode.get(sent);
      }
    }
    TestNode.get(alice.send(BOB, "500"));
    TestNode.await().untilAsserted(() -> assertThat(alice.messages.outboxSize(BOB)).isZero());
    assertThat(bob.wholeInbox("check"))
        .containsExactlyElementsOf(
            IntStream.rangeClosed(0, 500).mapToObj(String::valueOf).toList());
  }

  private TestNode node(PeerId id, FaultyDisk disk) throws Exception {
    Setup setup = new Setup(TestNode.ROOMY, peer -> true, disk::over);
    return new TestNode(network, id, directory.resolve(id.shortForm()).resolve("parley.db"), setup);
  }
}
