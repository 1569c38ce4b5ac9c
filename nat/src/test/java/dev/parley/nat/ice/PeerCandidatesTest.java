package dev.parley.nat.ice;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PeerCandidatesTest {
  private final PeerCandidates candidates = new PeerCandidates();

  private static InetSocketAddress at(int number) {
    return new InetSocketAddress("192.0.2." + number, 4000);
  }

  private static IceCandidate candidate(int number) {
    return new IceCandidate(
        IceCandidate.Type.SERVER_REFLEXIVE, at(number), 100, "1", Optional.empty());
  }

  @ParameterizedTest
  @CsvSource({
    "WAITING, false, true, WAITING",
    "OPENING, false, false, WAITING",
    "READY, false, true, WAITING",
    "READY, false, false, NOT_CHECKED",
    "CHECKING, true, true, CHECKING",
    "CHECKING, true, false, NOT_CHECKED",
    "OVER, true, true, FAILED",
    "OVER, true, false, NOT_CHECKED",
    "OVER, false, true, NOT_CHECKED"
  })
  void whatWasNotAnsweredHasFaredAsFarAsTheAttemptHasCome(
      Attempt.State state, boolean begun, boolean reachable, IceCheck.State fared) {
    candidates.add(candidate(1));
    assertThat(candidates.checks(state, begun, target -> reachable))
        .containsExactly(new IceCheck(IceCandidate.Type.SERVER_REFLEXIVE, at(1), fared));
  }

  @Test
  void whereOneWorksTheOthersAreNotNeededAndOneThatNobodyToldIsReflexive() {
    candidates.add(candidate(1));
    candidates.add(candidate(2));
    candidates.works(at(2));
    candidates.works(at(3));
    assertThat(candidates.checks(Attempt.State.LINGERING, true, target -> true))
        .containsExactly(
            new IceCheck(IceCandidate.Type.SERVER_REFLEXIVE, at(1), IceCheck.State.NOT_NEEDED),
            new IceCheck(IceCandidate.Type.SERVER_REFLEXIVE, at(2), IceCheck.State.SUCCEEDED),
            new IceCheck(IceCandidate.Type.PEER_REFLEXIVE, at(3), IceCheck.State.SUCCEEDED));
  }

  @Test
  void soManyAreRemembered() {
    for (int number = 1; number < 100; number++) {
      candidates.add(candidate(number));
      candidates.works(at(100 + number));
    }
    assertThat(candidates.checks(Attempt.State.OVER, true, target -> true)).hasSize(IceCheck.MAX);
  }
}
