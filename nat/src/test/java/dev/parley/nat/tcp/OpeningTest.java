package dev.parley.nat.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.nat.PeerKey;
import dev.parley.nat.path.KnownLink;
import dev.parley.nat.path.ProbeKeys;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class OpeningTest {
  private static final PeerKey ALICE = new PeerKey(1, 1, 1, 1);
  private static final PeerKey BOB = new PeerKey(2, 2, 2, 2);
  private static final long TO_ALICE = 11;
  private static final long TO_BOB = 22;

  private final Random random = new Random(4);

  /** As the two ends of one link know it. */
  private final KnownLink alices = new KnownLink(BOB, keys(1, 2, TO_ALICE, TO_BOB));

  private final KnownLink bobs = new KnownLink(ALICE, keys(2, 1, TO_BOB, TO_ALICE));

  private static ProbeKeys keys(int own, int theirs, long localTag, long remoteTag) {
    byte[] a = new byte[ProbeKeys.SECRET_BYTES];
    byte[] b = new byte[ProbeKeys.SECRET_BYTES];
    Arrays.fill(a, (byte) own);
    Arrays.fill(b, (byte) theirs);
    return ProbeKeys.derive(a, b, localTag, remoteTag);
  }

  private Opening opening(KnownLink known, boolean dials) {
    return new Opening(
        tag -> tag == known.keys().localTag() ? known : null, dials ? known : null, random);
  }

  private static List<byte[]> give(Opening to, List<byte[]> frames) {
    List<byte[]> answers = new ArrayList<>();
    frames.forEach(frame -> answers.addAll(to.onFrame(Unpooled.wrappedBuffer(frame))));
    return answers;
  }

  @Test
  void whoDialsAndWhoIsDialledTieTheConnectionToEachOther() {
    Opening alice = opening(alices, true);
    Opening bob = opening(bobs, false);
    assertThat(bob.begin()).isEmpty();

    List<byte[]> fromBob = give(bob, alice.begin());
    List<byte[]> fromAlice = give(alice, fromBob);
    assertThat(alice.state()).isEqualTo(Opening.State.TIED);
    assertThat(alice.link().peer()).isEqualTo(BOB);
    assertThat(bob.state()).isEqualTo(Opening.State.AWAITING_PROOF);

    assertThat(give(bob, fromAlice)).isEmpty();
    assertThat(bob.state()).isEqualTo(Opening.State.TIED);
    assertThat(bob.link().peer()).isEqualTo(ALICE);
  }

  @Test
  void twoThatBothDialTieTheConnectionToo() {
    Opening alice = opening(alices, true);
    Opening bob = opening(bobs, true);
    List<byte[]> fromAlice = alice.begin();
    List<byte[]> fromBob = bob.begin();
    List<byte[]> alicesProof = give(alice, fromBob);
    List<byte[]> bobsProof = give(bob, fromAlice);
    give(alice, bobsProof);
    give(bob, alicesProof);
    assertThat(alice.state()).isEqualTo(Opening.State.TIED);
    assertThat(bob.state()).isEqualTo(Opening.State.TIED);
  }

  @Test
  void whatWasRecordedOnOneConnectionTiesNoOther() {
    Opening alice = opening(alices, true);
    Opening bob = opening(bobs, false);
    List<byte[]> hello = alice.begin();
    List<byte[]> proof = give(alice, give(bob, hello));
    give(bob, proof);
    assertThat(bob.state()).isEqualTo(Opening.State.TIED);

    Opening again = opening(bobs, false);
    give(again, hello);
    give(again, proof);
    assertThat(again.state()).isEqualTo(Opening.State.REFUSED);
  }

  @Test
  void whatIsSentBackToWhereItCameFromTiesNothing() {
    Opening alice = opening(alices, true);
    assertThat(give(alice, alice.begin())).isEmpty();
    assertThat(alice.state()).isEqualTo(Opening.State.REFUSED);

    Opening bob = opening(bobs, false);
    byte[] hello = opening(alices, true).begin().get(0);
    List<byte[]> fromBob = give(bob, List.of(hello));
    give(bob, fromBob.subList(1, 2));
    assertThat(bob.state()).isEqualTo(Opening.State.REFUSED);
  }

  @Test
  void whoKnowsATagButNotTheKeysIsRefused() {
    KnownLink guessed = new KnownLink(BOB, keys(1, 9, TO_ALICE, TO_BOB));
    Opening mallory = opening(guessed, true);
    Opening bob = opening(bobs, false);
    List<byte[]> fromBob = give(bob, mallory.begin());
    give(bob, give(mallory, fromBob.subList(0, 1)));
    assertThat(bob.state()).isEqualTo(Opening.State.REFUSED);
    give(mallory, fromBob.subList(1, 2));
    assertThat(mallory.state()).isEqualTo(Opening.State.REFUSED);
  }

  @Test
  void aTagThatIsUnknownIsNotAnswered() {
    KnownLink elsewhere = new KnownLink(BOB, keys(1, 2, TO_ALICE, 99));
    Opening bob = opening(bobs, false);
    assertThat(give(bob, opening(elsewhere, true).begin())).isEmpty();
    assertThat(bob.state()).isEqualTo(Opening.State.REFUSED);
  }

  @Test
  void anotherPeerThanTheOneDialledIsRefusedThoughItIsKnown() {
    KnownLink withCarol = new KnownLink(new PeerKey(3, 3, 3, 3), keys(1, 3, 33, 44));
    Opening alice = new Opening(tag -> tag == TO_ALICE ? alices : withCarol, withCarol, random);
    Opening bob = opening(bobs, true);
    assertThat(give(alice, bob.begin())).isEmpty();
    assertThat(alice.state()).isEqualTo(Opening.State.REFUSED);
  }

  @Test
  void noOtherBytesTieAConnectionOrThrow() {
    for (int round = 0; round < 2_000; round++) {
      Opening bob = opening(bobs, false);
      byte[] noise = mutated(opening(alices, true).begin().get(0));
      give(bob, List.of(noise));
      if (bob.state() == Opening.State.AWAITING_PROOF) {
        byte[] proof = new byte[random.nextInt(40)];
        random.nextBytes(proof);
        give(bob, List.of(proof));
      }
      assertThat(bob.state()).as("round %d", round).isEqualTo(Opening.State.REFUSED);
    }
  }

  private byte[] mutated(byte[] frame) {
    byte[] other = Arrays.copyOf(frame, 1 + random.nextInt(2 * frame.length));
    other[random.nextInt(other.length)] ^= (byte) (1 + random.nextInt(255));
    return other;
  }
}
