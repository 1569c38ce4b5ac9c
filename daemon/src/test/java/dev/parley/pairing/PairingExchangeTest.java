package dev.parley.pairing;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.parley.identity.ThrowawayIdentity;
import dev.parley.peer.v1.PairingFrame;
import dev.parley.proto.id.PeerId;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Two exchanges face to face, and whoever stands in between. */
class PairingExchangeTest {
  private static final PairingCode CODE = new PairingCode(7, "abacus", "zodiac");
  private static final PeerId RELAY = ThrowawayIdentity.create().id();
  private static final PairingExchange.Place PLACE = new PairingExchange.Place(RELAY, 7);

  private final PairingSide inviter = new PairingSide(PairingRole.INVITE, PLACE, CODE, "alice");
  private final PairingSide acceptor = new PairingSide(PairingRole.ACCEPT, PLACE, CODE, "bob");

  @Test
  void whoHasTheCodeIsIntroducedOnBothSides() {
    run(inviter, acceptor);
    assertThat(inviter.outcome()).isEqualTo("introduced finished");
    assertThat(acceptor.outcome()).isEqualTo("introduced finished");
    assertThat(inviter.peer).isEqualTo(acceptor.record);
    assertThat(acceptor.peer).isEqualTo(inviter.record);
    assertThat(inviter.hint).isEqualTo("bob");
    assertThat(acceptor.hint).isEqualTo("alice");
  }

  @Test
  void aWrongCodeIsSeenOnBothSidesAndTellsNothingElse() {
    PairingSide wrong =
        new PairingSide(PairingRole.ACCEPT, PLACE, new PairingCode(7, "abacus", "zombie"), "eve");
    run(inviter, wrong);
    assertThat(inviter.outcome()).isEqualTo("WRONG_CODE");
    assertThat(wrong.outcome()).isEqualTo("WRONG_CODE");
    assertThat(inviter.sent).as("first, second, confirmation").hasSize(3);
  }

  @Test
  void afterAWrongCodeTheRightOneIsOfNoUse() {
    run(
        inviter,
        new PairingSide(PairingRole.ACCEPT, PLACE, new PairingCode(7, "abacus", "zombie"), "eve"));
    run(inviter, acceptor);
    assertThat(inviter.outcome()).isEqualTo("WRONG_CODE");
    assertThat(acceptor.outcome()).isEmpty();
  }

  @Test
  void anotherSlotOrRelayOrTheSameRoleTwiceDoesNotFit() {
    for (PairingSide other :
        List.of(
            new PairingSide(PairingRole.ACCEPT, new PairingExchange.Place(RELAY, 8), CODE, "bob"),
            new PairingSide(
                PairingRole.ACCEPT,
                new PairingExchange.Place(ThrowawayIdentity.create().id(), 7),
                CODE,
                "bob"),
            new PairingSide(PairingRole.INVITE, PLACE, CODE, "bob"))) {
      PairingSide fresh = new PairingSide(PairingRole.INVITE, PLACE, CODE, "alice");
      run(fresh, other);
      assertThat(fresh.outcome()).isEqualTo("BAD_PROOF");
      assertThat(other.outcome()).isEqualTo("BAD_PROOF");
    }
  }

  @Test
  void aManInTheMiddleWhoDoesNotKnowTheCodeGetsOneWrongGuessAtEachSide() {
    PairingCode guess = new PairingCode(7, "zombie", "abacus");
    PairingSide toInviter = new PairingSide(PairingRole.ACCEPT, PLACE, guess, "eve");
    PairingSide toAcceptor = new PairingSide(PairingRole.INVITE, PLACE, guess, "eve");
    run(inviter, toInviter);
    run(toAcceptor, acceptor);
    assertThat(inviter.outcome()).isEqualTo("WRONG_CODE");
    assertThat(acceptor.outcome()).isEqualTo("WRONG_CODE");
  }

  /** Of frame number N from one side, what another exchange has said at that place. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4})
  void whatWasSaidInAnotherExchangeIsWorthNothing(int number) {
    PairingSide oldInviter = new PairingSide(PairingRole.INVITE, PLACE, CODE, "alice");
    PairingSide oldAcceptor = new PairingSide(PairingRole.ACCEPT, PLACE, CODE, "bob");
    run(oldInviter, oldAcceptor);
    run(inviter, acceptor, replacing(number, frame -> oldAcceptor.sent.get(number)));
    // A first message may be repeated, but nobody who repeats it knows what it says.
    assertThat(inviter.outcome()).isNotEmpty().doesNotContain("finished");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4})
  void aChangedFrameEndsTheExchange(int number) {
    run(
        inviter,
        acceptor,
        replacing(
            number,
            frame -> {
              byte[] bytes = frame.toByteArray();
              bytes[bytes.length - 1] ^= 1;
              return ByteString.copyFrom(bytes);
            }));
    assertThat(inviter.outcome())
        .matches(".*(BAD_PROOF|WRONG_CODE|FORGED|MALFORMED)")
        .doesNotContain("finished");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4})
  void aFrameCutShortEndsTheExchange(int number) {
    run(inviter, acceptor, replacing(number, frame -> frame.substring(0, frame.size() - 1)));
    assertThat(inviter.outcome()).endsWith("MALFORMED");
  }

  @Test
  void aFrameThatIsTooLargeEndsTheExchange() {
    byte[] large = new byte[PairingExchange.MAX_FRAME_BYTES];
    run(
        inviter,
        acceptor,
        replacing(
            0,
            frame ->
                PairingFrame.newBuilder()
                    .setFirst(ByteString.copyFrom(large))
                    .build()
                    .toByteString()));
    assertThat(inviter.outcome()).isEqualTo("MALFORMED");
  }

  @ParameterizedTest
  @EnumSource(PairingRole.class)
  void framesOutOfTurnEndTheExchange(PairingRole role) {
    PairingSide side = new PairingSide(role, PLACE, CODE, "x");
    side.hear(PairingFrame.newBuilder().setSecond(ByteString.EMPTY).build().toByteString());
    assertThat(side.outcome()).isEqualTo("MALFORMED");
    side.hear(acceptor.exchange.begin());
    assertThat(side.outcome()).as("for good").isEqualTo("MALFORMED");
  }

  @Test
  void aFrameThatComesTwiceEndsTheExchange() {
    inviter.hear(acceptor.exchange.begin());
    inviter.hear(acceptor.exchange.begin());
    assertThat(inviter.outcome()).isEqualTo("MALFORMED");
  }

  @Test
  void whoUsesTheOwnCodeIsToldSo() {
    PairingSide self = new PairingSide(PairingRole.ACCEPT, PLACE, CODE, "me", inviter.identity);
    run(inviter, self);
    assertThat(inviter.outcome()).isEqualTo("SELF");
    assertThat(self.outcome()).isEqualTo("SELF");
  }

  @Test
  void whoNamesTheKeyOfAnotherProvesNothing() {
    PairingSide impostor = new PairingSide(PairingRole.ACCEPT, PLACE, CODE, "eve");
    impostor.claim(acceptor.record);
    run(inviter, impostor);
    assertThat(inviter.outcome()).isEqualTo("BAD_IDENTITY");
  }

  @Test
  void aHintThatIsNoNameIsLeftOut() {
    PairingSide odd = new PairingSide(PairingRole.ACCEPT, PLACE, CODE, "../\u001b[31m");
    run(inviter, odd);
    assertThat(inviter.outcome()).isEqualTo("introduced finished");
    assertThat(inviter.hint).isEmpty();
  }

  @Test
  void theLargestIntroductionFitsAFrame() {
    run(inviter, acceptor);
    assertThat(inviter.record.signed().getRecord().size()).isGreaterThan(900);
    assertThat(inviter.sent)
        .allMatch(frame -> frame.size() <= PairingExchange.MAX_FRAME_BYTES)
        .hasSize(5);
  }

  @Test
  void nothingIsFinishedBeforeBothHaveKeptTheOther() {
    acceptor.keeps = false;
    run(inviter, acceptor);
    assertThat(inviter.outcome()).isEqualTo("introduced");
    assertThat(acceptor.outcome()).isEqualTo("introduced");
  }

  private static void run(PairingSide one, PairingSide other) {
    run(one, other, frames -> frames);
  }

  /** Lets the two talk until nobody has anything to say. What goes to {@code one} is bent. */
  private static void run(PairingSide one, PairingSide other, Bending bending) {
    Deque<ByteString> toOne = new ArrayDeque<>();
    Deque<ByteString> toOther = new ArrayDeque<>();
    one.say(one.exchange.begin());
    other.say(other.exchange.begin());
    int heard = 0;
    do {
      toOther.addAll(one.take());
      toOne.addAll(other.take());
      if (!toOther.isEmpty()) {
        other.hear(toOther.poll());
      }
      if (!toOne.isEmpty()) {
        one.hear(bending.bend(new Heard(heard++, toOne.poll())).frame());
      }
      toOther.addAll(one.take());
      toOne.addAll(other.take());
    } while (!toOne.isEmpty() || !toOther.isEmpty());
  }

  private record Heard(int number, ByteString frame) {}

  private interface Bending {
    Heard bend(Heard heard);
  }

  private static Bending replacing(int number, UnaryOperator<ByteString> change) {
    return heard ->
        heard.number() == number ? new Heard(number, change.apply(heard.frame())) : heard;
  }
}
