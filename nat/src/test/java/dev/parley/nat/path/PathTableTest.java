package dev.parley.nat.path;

import static dev.parley.nat.path.SimulatedPaths.MS;
import static dev.parley.nat.path.SimulatedPaths.direct;
import static dev.parley.nat.path.SimulatedPaths.relayed;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.nat.path.SimulatedPaths.Probed;
import dev.parley.nat.path.SimulatedPaths.SwitchedRelay;
import dev.parley.nat.path.SimulatedPaths.Wire;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PathTableTest {
  private static final long SECOND = 1_000 * MS;

  private final SimulatedPaths net = new SimulatedPaths(1);
  private final SwitchedRelay carrier = new SwitchedRelay();
  private final PathAddress relay = relayed(carrier);

  @Test
  void aConnectedRelayIsUsedBeforeAnyProbeButADirectAddressIsNot() {
    net.add(direct(1));
    net.add(relay);
    net.run(10 * SECOND);

    assertThat(net.current()).isEqualTo(relay);
    assertThat(net.probes).isEmpty();
    assertThat(net.path(direct(1)).state()).isEqualTo(PathState.UNTRIED);
  }

  @Test
  void aDirectPathIsProvenByTheAnswerToAFullSizeProbeAndByNothingLess() {
    Wire wire = net.add(direct(1));
    net.add(relay);
    wire.smallOnly = true;
    net.table.startProbing(net.now);
    net.run(4 * SECOND);
    assertThat(net.probesOf(direct(1))).extracting(Probed::size).containsOnly(Probe.FULL);
    assertThat(net.path(direct(1)).state()).isEqualTo(PathState.SILENT);
    assertThat(net.current()).isEqualTo(relay);

    wire.smallOnly = false;
    net.run(30 * SECOND);
    assertThat(net.path(direct(1)).state()).isEqualTo(PathState.PROVEN);
    assertThat(net.current()).isEqualTo(direct(1));
  }

  @Test
  void whereIceHasFoundAPairIsProbedAtOnceThoughItHadBeenGivenUp() {
    Wire wire = net.add(direct(1));
    net.add(relay);
    wire.smallOnly = true;
    net.table.startProbing(net.now);
    net.run(4 * SECOND);
    assertThat(net.path(direct(1)).state()).isEqualTo(PathState.SILENT);

    net.table.check(direct(1), net.now);
    net.run(SECOND);
    assertThat(net.path(direct(1)).isUsable()).isFalse();

    wire.smallOnly = false;
    net.run(3 * SECOND);
    net.table.check(direct(1), net.now);
    net.run(SECOND);
    assertThat(net.path(direct(1)).state()).isEqualTo(PathState.PROVEN);
    assertThat(net.current()).isEqualTo(direct(1));
  }

  /** What waited in it says how long it stood still, and nothing of its round trip. */
  @Test
  void aPathThatStoodStillIsUsedAgainSoonAfterItMoves() {
    Wire wire = net.add(direct(1));
    net.add(relay);
    net.table.startProbing(net.now);
    net.runBusy(5 * SECOND, 100 * MS);
    wire.standsStillUntil = net.now + 20 * SECOND;
    net.runBusy(20 * SECOND, 100 * MS);
    assertThat(net.current()).isEqualTo(relay);

    net.runBusy(SECOND, 100 * MS);
    assertThat(net.current()).isEqualTo(direct(1));
    assertThat(net.path(direct(1)).rttNanos()).isLessThan(2 * wire.rttNanos);
  }

  @Test
  void theEvidenceTellsOfEachPathWhatWasSentAndAnsweredAndForgetsItWithTheLink() {
    net.add(direct(1));
    Wire dead = net.add(direct(2));
    dead.up = false;
    net.add(relay);
    net.table.pin(PathKind.DIRECT, net.now);
    net.table.startProbing(net.now);
    net.run(4 * SECOND);

    PathEvidence evidence = PathEvidence.of(net.table, net.now);
    assertThat(evidence.pinned()).contains(PathKind.DIRECT);
    assertThat(evidence.paths()).hasSize(3);
    PathEvidence.Entry works = evidence.paths().get(0);
    assertThat(works.state()).isEqualTo(PathState.PROVEN);
    assertThat(works.inUse()).isTrue();
    assertThat(works.probesAnswered()).isPositive().isLessThanOrEqualTo(works.probesSent());
    assertThat(works.silentNanos()).isBetween(0L, 4 * SECOND);
    PathEvidence.Entry silent = evidence.paths().get(1);
    assertThat(silent.state()).isEqualTo(PathState.SILENT);
    assertThat(silent.probesSent()).isEqualTo(ProbeSchedule.CHECKS_PER_ROUND);
    assertThat(silent.probesAnswered()).isZero();
    assertThat(silent.silentNanos()).isEqualTo(-1);
    assertThat(evidence.paths().get(2).address()).isEmpty();

    net.table.stopProbing();
    assertThat(PathEvidence.of(net.table, net.now).paths())
        .allMatch(entry -> entry.probesSent() == 0 && !entry.inUse());
  }

  @Test
  void beingProbedFromSomewhereProvesNothing() {
    net.add(relay);
    net.wires.put(direct(1), new Wire());
    net.wires.get(direct(1)).up = false;
    net.table.startProbing(net.now);
    for (int i = 0; i < 100; i++) {
      net.table.onPeerProbed(direct(1), net.now);
      net.run(50 * MS);
    }
    assertThat(net.path(direct(1)).isUsable()).isFalse();
    assertThat(net.current()).isEqualTo(relay);
  }

  @Test
  void anAnswerFromElsewhereOrOfAnotherSizeOrAgainIsNone() {
    long[] sent = new long[1];
    net.add(direct(1));
    net.add(direct(2));
    net.table.startProbing(net.now);
    net.table.tick(
        net.now,
        (path, size) -> {
          long transaction = path.address.equals(direct(1)) ? 77 : 78;
          sent[0] = size;
          return transaction;
        });

    assertThat(sent[0]).isEqualTo(Probe.FULL);
    assertThat(net.table.onAnswer(direct(2), 77, Probe.FULL, net.now)).isFalse();
    assertThat(net.table.onAnswer(direct(9), 77, Probe.FULL, net.now)).isFalse();
    assertThat(net.table.onAnswer(direct(1), 77, Probe.SMALL, net.now)).isFalse();
    assertThat(net.table.current()).isNull();
    assertThat(net.table.onAnswer(direct(1), 77, Probe.FULL, net.now)).isTrue();
    assertThat(net.table.onAnswer(direct(1), 77, Probe.FULL, net.now)).isFalse();
  }

  @ParameterizedTest
  @CsvSource({"20, 2100", "175, 2100", "200, 2300", "275, 2900", "500, 2900"})
  void aDeadPathIsLeftWithinThreeSecondsOfItsLastAnswerWhileBusy(long rttMillis, long leftAfter) {
    Wire wire = net.add(direct(1));
    wire.rttNanos = rttMillis * MS;
    net.add(relay).rttNanos = rttMillis * MS;
    net.table.startProbing(net.now);
    net.runBusy(20 * SECOND, 10 * MS);
    assertThat(net.current()).isEqualTo(direct(1));

    long lastAnswer = runToJustAfterAnAnswer(direct(1));
    wire.up = false;
    while (net.current().equals(direct(1))) {
      net.runBusy(10 * MS, 10 * MS);
    }
    assertThat(net.current()).isEqualTo(relay);
    assertThat(net.now - lastAnswer).isBetween(leftAfter * MS, (leftAfter + 20) * MS);
  }

  private long runToJustAfterAnAnswer(PathAddress address) {
    Path path = net.path(address);
    while (!path.heardWithin(10 * MS, net.now)) {
      net.runBusy(10 * MS, 10 * MS);
    }
    return net.now;
  }

  @Test
  void aPathInDoubtIsKeptWhileItsDatagramsGoOverTheBackupAsWell() {
    Wire wire = net.add(direct(1));
    net.add(relay);
    net.table.startProbing(net.now);
    net.runBusy(5 * SECOND, 10 * MS);
    Path path = net.path(direct(1));
    assertThat(net.table.isTrusted(path, net.now)).isTrue();

    wire.up = false;
    while (path.state() != PathState.DOUBTED) {
      net.runBusy(10 * MS, 10 * MS);
    }
    assertThat(net.current()).isEqualTo(direct(1));
    assertThat(net.table.isTrusted(path, net.now)).isFalse();
    assertThat(net.table.backup()).isNotNull().extracting(p -> p.address).isEqualTo(relay);

    wire.up = true;
    net.runBusy(SECOND, 10 * MS);
    assertThat(net.table.isTrusted(path, net.now)).isTrue();
    assertThat(net.current()).isEqualTo(direct(1));
  }

  @Test
  void aPathThatRecoversIsFoundByTheNextRoundAndTakenAgain() {
    Wire wire = net.add(direct(1));
    net.add(relay);
    net.table.startProbing(net.now);
    net.runBusy(5 * SECOND, 10 * MS);
    wire.up = false;
    net.runBusy(5 * SECOND, 10 * MS);
    assertThat(net.current()).isEqualTo(relay);

    wire.up = true;
    net.runBusy(ProbeSchedule.FIRST_PAUSE + SECOND, 10 * MS);
    assertThat(net.current()).isEqualTo(direct(1));
    assertThat(net.table.reason()).isEqualTo("a better kind of path");
  }

  @Test
  void pausesBetweenVainRoundsGrowAndAreBounded() {
    net.add(direct(1)).up = false;
    net.table.startProbing(net.now);
    net.run(7_200 * SECOND);
    List<Probed> probes = net.probesOf(direct(1));
    assertThat(probes.size() % ProbeSchedule.CHECKS_PER_ROUND).isZero();

    long before = 0;
    for (int i = ProbeSchedule.CHECKS_PER_ROUND;
        i < probes.size();
        i += ProbeSchedule.CHECKS_PER_ROUND) {
      long pause = probes.get(i).at() - probes.get(i - 1).at() - 1_600 * MS;
      assertThat(pause).isGreaterThanOrEqualTo(before).isLessThanOrEqualTo(300 * SECOND);
      before = pause;
    }
    assertThat(before).isEqualTo(ProbeSchedule.LARGEST_PAUSE);
  }

  @Test
  void aRecheckTriesSilentPathsAtOnceAndDoesNotCountTwiceAgainstThoseInUse() {
    Wire one = net.add(direct(1));
    net.add(direct(2)).up = false;
    net.table.startProbing(net.now);
    net.run(200 * SECOND);
    net.wires.get(direct(2)).up = true;
    assertThat(net.path(direct(2)).state()).isEqualTo(PathState.SILENT);

    one.rttNanos = 300 * MS;
    for (int i = 0; i < 20; i++) {
      net.table.recheck(net.now);
      net.run(MS);
    }
    assertThat(net.path(direct(1)).state()).isEqualTo(PathState.PROVEN);
    assertThat(net.path(direct(1)).unanswered).isEqualTo(1);
    net.run(SECOND);
    assertThat(net.path(direct(2)).state()).isEqualTo(PathState.PROVEN);
  }

  @Test
  void anIdleLinkIsProbedRarelyAndTheFirstDatagramAfterAPauseBringsAProbeAtOnce() {
    net.add(direct(1));
    net.table.startProbing(net.now);
    net.run(SECOND);
    net.probes.clear();
    net.run(150 * SECOND);
    assertThat(net.probes).hasSizeBetween(6, 10);

    // Into the middle of a pause.
    net.run(net.path(direct(1)).nextProbeAt - net.now - SECOND);
    long quiet = net.now;
    net.probes.clear();
    assertThat(net.table.isTrusted(net.path(direct(1)), net.now)).isFalse();
    assertThat(net.table.onOutbound(net.now)).isTrue();
    net.run(0);
    assertThat(net.probes).extracting(Probed::at).containsExactly(quiet);
    assertThat(net.table.onOutbound(net.now)).isFalse();

    net.runBusy(7 * SECOND, 100 * MS);
    assertThat(net.probes).hasSizeBetween(9, 11);
  }

  @Test
  void anIdlePathThatDiedIsInDoubtAtTheFirstDatagramAndLeftWithinThreeSeconds() {
    Wire wire = net.add(direct(1));
    net.add(relay);
    net.table.startProbing(net.now);
    net.run(40 * SECOND);
    wire.up = false;
    net.run(2 * SECOND);

    long began = net.now;
    assertThat(net.table.onOutbound(net.now)).isTrue();
    assertThat(net.table.isTrusted(net.path(direct(1)), net.now)).isFalse();
    while (net.current().equals(direct(1))) {
      net.runBusy(10 * MS, 10 * MS);
    }
    assertThat(net.now - began).isLessThanOrEqualTo(1_420 * MS);
  }

  @Test
  void aFullTableTakesANewAddressForOneThatIsSilentAndNeverForOneThatAnswers() {
    for (int i = 0; i < KnownPaths.MAX_DIRECT; i++) {
      net.add(direct(i)).up = i != 3;
    }
    net.add(relay);
    net.table.startProbing(net.now);
    net.run(5 * SECOND);
    assertThat(net.path(direct(3)).state()).isEqualTo(PathState.SILENT);

    assertThat(net.table.add(direct(200), net.now)).isPresent();
    assertThat(net.table.find(direct(3))).isEmpty();
    net.run(SECOND);
    assertThat(net.path(direct(200)).state()).isEqualTo(PathState.PROVEN);
    assertThat(net.table.add(direct(201), net.now)).isEmpty();
    assertThat(net.table.find(relay)).isPresent();
    assertThat(net.table.paths()).hasSize(KnownPaths.MAX_DIRECT + 1);
  }

  @Test
  void directAddressesAndRelaysNeverCrowdEachOtherOut() {
    for (int i = 0; i < 50; i++) {
      net.table.add(relayed(new SwitchedRelay()), net.now);
      net.table.add(direct(i), net.now);
    }
    assertThat(net.table.paths().stream().filter(Path::isRelayed)).hasSize(KnownPaths.MAX_RELAYED);
    assertThat(net.table.paths()).hasSize(KnownPaths.MAX_RELAYED + KnownPaths.MAX_DIRECT);
  }

  @Test
  void thePathInUseIsNeverEvicted() {
    net.add(direct(1));
    net.table.startProbing(net.now);
    net.run(SECOND);
    net.wires.get(direct(1)).up = false;
    net.run(60 * SECOND);
    assertThat(net.path(direct(1)).isUsable()).isFalse();
    for (int i = 2; i < 100; i++) {
      net.table.add(direct(i), net.now);
    }
    assertThat(net.current()).isEqualTo(direct(1));
    assertThat(net.table.paths()).hasSize(KnownPaths.MAX_DIRECT);
  }

  @Test
  void aPeerThatForgesManySourcesHasUsProbeFewOfThem() {
    net.table.startProbing(net.now);
    for (int i = 0; i < 200; i++) {
      PathAddress forged = direct(1 + i % 250);
      net.wires.computeIfAbsent(forged, a -> new Wire()).up = false;
      net.table.onPeerProbed(forged, net.now);
      net.run(5 * MS);
    }
    long aimedAt = net.probes.stream().map(Probed::address).distinct().count();
    assertThat(aimedAt).isLessThanOrEqualTo(2 * PathTable.LEARNED_PER_SECOND);
  }

  @Test
  void triggeredChecksOfOnePathKeepTheirGapAndTheirBudget() {
    net.add(direct(1)).up = false;
    net.table.startProbing(net.now);
    for (int i = 0; i < 5_000; i++) {
      net.table.onPeerProbed(direct(1), net.now);
      net.run(MS);
    }
    List<Probed> probes = net.probesOf(direct(1));
    for (int i = 1; i < probes.size(); i++) {
      assertThat(probes.get(i).at() - probes.get(i - 1).at())
          .isGreaterThanOrEqualTo(ProbeSchedule.CHECK_GAP);
    }
    assertThat(probes.size()).isLessThanOrEqualTo(6 * ProbeSchedule.CHECKS_PER_SECOND);
  }

  @Test
  void aRelayThatDisconnectsIsLeftAtOnceAndTakenAgainAsSoonAsItIsBack() {
    SwitchedRelay other = new SwitchedRelay();
    net.add(relay);
    net.add(relayed(other)).rttNanos = 200 * MS;
    net.table.startProbing(net.now);
    net.run(SECOND);
    assertThat(net.current()).isEqualTo(relay);

    carrier.connected = false;
    net.table.onRelaysChanged(net.now);
    assertThat(net.current()).isEqualTo(relayed(other));
    net.probes.clear();
    net.run(600 * SECOND);
    assertThat(net.probesOf(relay)).isEmpty();

    carrier.connected = true;
    net.table.onRelaysChanged(net.now);
    net.run(SECOND);
    assertThat(net.path(relay).state()).isEqualTo(PathState.PROVEN);
    assertThat(net.current()).isEqualTo(relay);
  }

  @Test
  void theOnlyRelayIsUsableTheMomentItIsBack() {
    net.add(relay);
    net.table.startProbing(net.now);
    net.run(SECOND);
    carrier.connected = false;
    net.table.onRelaysChanged(net.now);
    net.run(100 * SECOND);
    carrier.connected = true;
    net.table.onRelaysChanged(net.now);

    assertThat(net.table.current()).isNotNull();
    assertThat(net.path(relay).state()).isEqualTo(PathState.CHECKING);
  }

  @Test
  void aRelaySpeaksOfThePeersAbsenceForItsOwnPathOnly() {
    PathAddress.Relayed mine = new PathAddress.Relayed(carrier, SimulatedPaths.PEER);
    net.add(mine);
    net.add(direct(1));
    net.table.startProbing(net.now);
    net.run(SECOND);
    assertThat(net.current()).isEqualTo(direct(1));
    net.table.onAbsent(mine, net.now);

    assertThat(net.path(mine).state()).isEqualTo(PathState.SILENT);
    assertThat(net.path(direct(1)).state()).isEqualTo(PathState.PROVEN);
    assertThat(net.current()).isEqualTo(direct(1));

    net.table.onPeerProbed(mine, net.now);
    net.run(SECOND);
    assertThat(net.path(mine).state()).isEqualTo(PathState.PROVEN);
  }

  @Test
  void withTheKeysGoesWhatTheyHaveProven() {
    net.add(direct(1));
    net.table.startProbing(net.now);
    net.run(SECOND);
    net.table.stopProbing();
    net.run(SECOND);

    assertThat(net.table.current()).isNull();
    assertThat(net.path(direct(1)).state()).isEqualTo(PathState.UNTRIED);
    assertThat(net.path(direct(1)).rttNanos()).isEqualTo(-1);
  }

  @Test
  void aPinHoldsTheKindWhileThereIsOneAndIsReleased() {
    net.add(direct(1));
    net.add(relay);
    net.table.startProbing(net.now);
    net.run(SECOND);
    net.table.pin(PathKind.RELAY, net.now);
    assertThat(net.current()).isEqualTo(relay);
    carrier.connected = false;
    net.table.onRelaysChanged(net.now);
    assertThat(net.current()).isEqualTo(direct(1));
    carrier.connected = true;
    net.table.onRelaysChanged(net.now);
    assertThat(net.current()).isEqualTo(relay);
    net.run(SECOND);
    net.table.pin(null, net.now);
    assertThat(net.current()).isEqualTo(direct(1));
  }
}
