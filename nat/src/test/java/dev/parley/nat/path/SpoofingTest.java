package dev.parley.nat.path;

import static dev.parley.nat.path.SwitchHarness.MS;
import static dev.parley.nat.path.SwitchHarness.OPENING;
import static dev.parley.nat.path.SwitchHarness.ORDINARY;
import static dev.parley.nat.path.SwitchHarness.OTHER;
import static dev.parley.nat.path.SwitchHarness.PEER;
import static dev.parley.nat.path.SwitchHarness.address;
import static dev.parley.nat.path.SwitchHarness.datagram;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.nat.path.SwitchHarness.Peer;
import dev.parley.nat.path.SwitchHarness.Sent;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Only authenticated evidence moves a link: what forged, copied and recorded packets achieve. */
class SpoofingTest {
  private static final InetSocketAddress HOME = address(1);
  private static final InetSocketAddress ELSEWHERE = address(66);

  private final SwitchHarness net = new SwitchHarness();
  private Flow flow;
  private Peer peer;

  @BeforeEach
  void aLinkOverAProvenDirectPath() {
    flow = net.connected(PEER, HOME, 5);
    peer = net.authorize(PEER, 7);
    peer.answer(HOME);
    net.advance(10 * MS);
    net.sent();
    assertThat(net.paths.current(PEER)).map(PathReport::kind).contains(PathKind.DIRECT);
  }

  @AfterEach
  void close() {
    net.close();
  }

  /** Everything still goes where it went before, and nowhere else. */
  private void nothingHasMoved() {
    net.sent();
    for (int i = 0; i < 30; i++) {
      net.write(flow, datagram(ORDINARY, 5, 100));
      for (Sent sent : net.sent()) {
        assertThat(sent.to()).isIn(HOME, null);
        if (sent.isProbe() && HOME.equals(sent.to())) {
          net.receive(HOME, peer.answerTo(sent.bytes()));
        }
      }
      net.advance(100 * MS);
    }
    assertThat(net.paths.current(PEER)).map(PathReport::remote).contains("198.51.100.1:5001");
    assertThat(net.switches).last().isEqualTo("198.51.100.1:5001");
  }

  @Test
  void aFlowsDatagramFromAWrongAddressDoesNotMoveIt() {
    for (int i = 0; i < 50; i++) {
      net.receive(ELSEWHERE, datagram(ORDINARY, 5, 100));
    }
    assertThat(net.delivered()).containsOnly(flow.address());
    assertThat(flow.lastInbound()).extracting(PathReport::remote).isEqualTo("198.51.100.66:5066");
    nothingHasMoved();
  }

  @Test
  void aProbeWithABadCodeIsNeitherAnsweredNorRemembered() {
    byte[] forged = peer.request(Probe.FULL);
    forged[Probe.FULL - 1] ^= 1;
    for (int i = 0; i < 50; i++) {
      net.receive(ELSEWHERE, forged);
    }
    assertThat(net.sent()).isEmpty();
    assertThat(net.dropped(Drop.FORGED_PROBE)).isEqualTo(50);
    nothingHasMoved();
  }

  @Test
  void forgedProbesDoNotUseUpWhatThePeerMaySend() {
    byte[] forged = peer.request(Probe.SMALL);
    forged[Probe.SMALL - 1] ^= 1;
    for (int i = 0; i < 3 * Route.PROBES_PER_SECOND; i++) {
      net.receive(ELSEWHERE, forged);
    }
    net.receive(HOME, peer.request(Probe.SMALL));
    assertThat(net.sent()).hasSize(1);
    assertThat(net.dropped(Drop.TOO_MANY_PROBES)).isZero();
  }

  @Test
  void aRecordedProbeIsGoodOnceAndHasNobodyElseProbed() {
    byte[] recorded = peer.request(Probe.SMALL);
    net.receive(HOME, recorded);
    assertThat(net.sent()).extracting(Sent::to).containsExactly(HOME);
    for (int i = 0; i < 50; i++) {
      net.receive(address(100 + i), recorded);
    }
    assertThat(net.sent()).isEmpty();
    nothingHasMoved();
  }

  @Test
  void aProbeThatOvertookItsOriginalFromElsewhereIsAskedBackButNotBelieved() {
    net.receive(ELSEWHERE, peer.request(Probe.SMALL));
    List<Sent> asked = net.sent();
    assertThat(asked).allMatch(s -> ELSEWHERE.equals(s.to()));
    assertThat(asked).extracting(s -> s.bytes().length).contains(Probe.FULL);
    for (int i = 0; i < 30; i++) {
      net.write(flow, datagram(ORDINARY, 5, 100));
      assertThat(net.sent().stream().filter(s -> !s.isProbe()))
          .allMatch(s -> s.to() == null || s.to().equals(HOME));
      net.advance(10 * MS);
    }
  }

  @Test
  void anAnswerToNothingOrFromElsewhereIsForged() {
    net.advance(20_000 * MS);
    byte[] asked = net.sent().stream().filter(Sent::isProbe).findFirst().orElseThrow().bytes();
    long before = net.dropped(Drop.FORGED_PROBE);
    net.receive(ELSEWHERE, peer.answerTo(asked));
    net.receive(
        HOME, peer.encode(new Probe(Probe.ANSWER, peer.keys.remoteTag(), 12345), Probe.SMALL));
    assertThat(net.dropped(Drop.FORGED_PROBE)).isEqualTo(before + 2);
  }

  @Test
  void aPeerThatReallyMovedIsFoundByItsProbeAndOurs() {
    net.receive(ELSEWHERE, peer.request(Probe.FULL));
    peer.answer(ELSEWHERE);
    for (int i = 0; i < 40; i++) {
      net.write(flow, datagram(ORDINARY, 5, 100));
      net.advance(100 * MS);
      peer.answer(ELSEWHERE);
    }
    assertThat(net.paths.current(PEER)).map(PathReport::remote).contains("198.51.100.66:5066");
  }

  @Test
  void aNoticeIsBelievedOnlyWithThePeersSignatureForAProbeThatIsUnderWay() {
    net.advance(20_000 * MS);
    byte[] asked = net.sent().stream().filter(Sent::isProbe).findFirst().orElseThrow().bytes();

    byte[] forged = notice(asked, SwitchHarness.signatureOf(OTHER));
    net.receive(HOME, forged);
    byte[] stale = notice(asked, SwitchHarness.signatureOf(PEER));
    stale[17] ^= 1;
    net.receive(HOME, stale);
    assertThat(net.forgotten).isEmpty();
    assertThat(net.dropped(Drop.FORGED_PROBE)).isEqualTo(2);
    assertThat(net.verifications).isEqualTo(1);

    net.receive(HOME, notice(asked, SwitchHarness.signatureOf(PEER)));
    assertThat(net.forgotten).containsExactly(7L);
  }

  @Test
  void aFloodOfForgedNoticesCostsFewSignatures() {
    net.advance(20_000 * MS);
    byte[] asked = net.sent().stream().filter(Sent::isProbe).findFirst().orElseThrow().bytes();
    byte[] forged = notice(asked, SwitchHarness.signatureOf(OTHER));
    for (int i = 0; i < 1_000; i++) {
      net.receive(ELSEWHERE, forged);
    }
    assertThat(net.verifications).isEqualTo(Notices.VERIFIED_PER_SECOND);
  }

  private static byte[] notice(byte[] request, byte[] signature) {
    byte[] notice = java.util.Arrays.copyOf(request, Probe.HEADER + Probe.SIGNATURE_BYTES);
    notice[1] = Probe.FORGOTTEN;
    System.arraycopy(signature, 0, notice, Probe.HEADER, Probe.SIGNATURE_BYTES);
    return notice;
  }

  @Test
  void aProbeForALinkNobodyKnowsIsAnsweredByFewSmallNotices() {
    byte[] unknown = peer.encode(new Probe(Probe.REQUEST, 0xdeadbeefL, 1), Probe.SMALL);
    for (int i = 0; i < 1_000; i++) {
      net.receive(ELSEWHERE, unknown);
    }
    List<Sent> notices = net.sent();
    assertThat(notices).hasSize(Notices.SIGNED_PER_SECOND);
    assertThat(notices).allMatch(s -> s.bytes().length < unknown.length);
    assertThat(net.dropped(Drop.UNKNOWN_PROBE)).isEqualTo(1_000);

    net.receive(ELSEWHERE, peer.encode(new Probe(Probe.ANSWER, 0xdeadbeefL, 1), Probe.SMALL));
    net.advance(5_000 * MS);
    net.sent();
    net.paths.reserve(0xdeadbeefL);
    net.receive(ELSEWHERE, unknown);
    assertThat(net.sent()).noneMatch(s -> ELSEWHERE.equals(s.to()));
  }

  @Test
  void aPeerThatProbesWithoutEndIsAnsweredSoOftenAndNoMore() {
    int probes = (int) (3 * Route.PROBES_PER_SECOND);
    for (int i = 0; i < probes; i++) {
      net.receive(HOME, peer.request(Probe.SMALL));
    }
    assertThat(net.sent()).hasSize((int) Route.PROBES_PER_SECOND);
    assertThat(net.dropped(Drop.TOO_MANY_PROBES)).isEqualTo(probes - (int) Route.PROBES_PER_SECOND);
  }

  @Test
  void aRelayThatSaysThePeerIsAwayDoesNotTouchTheDirectPath() {
    net.paths.onTargetAbsent(net.relay, PEER);
    net.paths.onTargetAbsent(net.relay, OTHER);
    nothingHasMoved();
  }

  @Test
  void aPeerThatCameBackElsewhereIsAnsweredThereThoughItsFormerPathStillCountsAsProven() {
    net.receive(ELSEWHERE, datagram(OPENING, 99, 1200));
    Flow again = net.paths.flowAt(net.delivered().get(0));
    net.paths.name(again, PEER);
    net.sent();

    net.write(again, datagram(ORDINARY, 99, 100));
    assertThat(net.targets()).containsExactly(ELSEWHERE);
    net.write(flow, datagram(ORDINARY, 5, 100));
    assertThat(net.targets()).contains(HOME).doesNotContain(ELSEWHERE);
  }

  @Test
  void randomPacketsOfEveryFormChangeNothing() {
    Random random = new Random(17);
    for (int i = 0; i < 5_000; i++) {
      byte[] bytes = new byte[random.nextInt(1_300)];
      random.nextBytes(bytes);
      if (bytes.length > 10 && random.nextInt(3) == 0) {
        System.arraycopy(peer.request(Probe.SMALL), 0, bytes, 0, 10);
      }
      net.receive(address(random.nextInt(200)), bytes);
      net.receiveRelayed(OTHER, bytes);
    }
    net.delivered();
    net.advance(20_000 * MS);
    peer.answer(HOME);
    nothingHasMoved();
  }
}
