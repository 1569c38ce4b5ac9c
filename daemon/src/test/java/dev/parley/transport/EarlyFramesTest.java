package dev.parley.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.peer.v1.Candidates;
import dev.parley.peer.v1.ControlFrame;
import dev.parley.peer.v1.IceSignal;
import dev.parley.peer.v1.NatNotice;
import dev.parley.peer.v1.SocketAddress;
import org.junit.jupiter.api.Test;

class EarlyFramesTest {
  private final EarlyFrames early = new EarlyFrames();

  private static ControlFrame candidates(int number) {
    return ControlFrame.newBuilder()
        .setCandidates(
            Candidates.newBuilder().addAddresses(SocketAddress.newBuilder().setPort(number)))
        .build();
  }

  private static ControlFrame ice() {
    return ControlFrame.newBuilder().setIce(IceSignal.getDefaultInstance()).build();
  }

  private static ControlFrame nat() {
    return ControlFrame.newBuilder().setNat(NatNotice.getDefaultInstance()).build();
  }

  @Test
  void iceSignalsStayInOrderAndOfOtherFramesTheNewestCounts() {
    early.add(candidates(1));
    early.add(ice());
    early.add(nat());
    early.add(ice());
    early.add(candidates(2));
    assertThat(early.drain()).containsExactly(ice(), nat(), ice(), candidates(2));
    assertThat(early.drain()).isEmpty();
  }

  @Test
  void noMoreAreKeptThanTheBound() {
    for (int i = 0; i < 10 * EarlyFrames.MAX_FRAMES; i++) {
      early.add(ice());
      early.add(candidates(i));
    }
    assertThat(early.drain()).hasSize(EarlyFrames.MAX_FRAMES);
  }
}
