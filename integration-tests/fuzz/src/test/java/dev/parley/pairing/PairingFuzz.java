package dev.parley.pairing;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.parley.discovery.DiscoveryRecords;
import dev.parley.fuzz.FuzzTarget;
import dev.parley.fuzz.Input;
import dev.parley.identity.Identity;
import dev.parley.peer.v1.Introduction;
import dev.parley.peer.v1.PairingFrame;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What a stranger in a slot may say, and what people type. */
public final class PairingFuzz {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final Identity SELF = Identity.ephemeral(RANDOM);
  private static final PairingCode CODE = new PairingCode(7, "abacus", "zodiac");
  private static final PairingExchange.Place PLACE = new PairingExchange.Place(SELF.id(), 7);

  private PairingFuzz() {}

  public static List<FuzzTarget> targets() {
    byte[] first = exchange(PairingRole.ACCEPT).begin().toByteArray();
    byte[] confirmation =
        PairingFrame.newBuilder()
            .setConfirmation(ByteString.copyFrom(new byte[PairingKeys.BYTES]))
            .build()
            .toByteArray();
    byte[] introduction =
        Introduction.newBuilder()
            .setRecord(record().signed())
            .setNameHint("bob")
            .build()
            .toByteArray();
    return List.of(
        FuzzTarget.of("pairing", PairingFuzz::frames, PairingExchange.class, PairingKeys.class)
            .seeds(FuzzTarget.behind(0, Input.ofPieces(first, confirmation)))
            .seeds(FuzzTarget.behind(1, Input.ofPieces(confirmation)))
            .seeds(FuzzTarget.behind(2, introduction))
            .allocating(128 << 20, 256),
        FuzzTarget.of("pairing-code", PairingFuzz::code, PairingCode.class, CodeWords.class)
            .seeds("7-abacus-zodiac", "7 abac zodi", "7-abacuss-zodiac")
            .allocating(4 << 20, 256));
  }

  private static dev.parley.discovery.DiscoveryRecord record() {
    return DiscoveryRecords.sign(SELF, List.of(), List.of(), 1, Instant.EPOCH);
  }

  private static PairingExchange exchange(PairingRole role) {
    return new PairingExchange(
        role, PLACE, CODE, new PairingExchange.Self(SELF, record(), "x"), RANDOM);
  }

  /** From the beginning, after the key agreement, or sealed by who has the key. */
  private static void frames(byte[] input) {
    Input in = new Input(input);
    int mode = in.number() % 3;
    PairingExchange self = exchange(PairingRole.INVITE);
    self.begin();
    if (mode > 0) {
      PairingExchange other = exchange(PairingRole.ACCEPT);
      ByteString second = frame(self.onFrame(other.begin()));
      ByteString secondOfOther = frame(other.onFrame(self.begin()));
      ByteString confirmation = frame(other.onFrame(second));
      frame(self.onFrame(secondOfOther));
      if (mode == 2) {
        frame(self.onFrame(confirmation));
      }
    }
    boolean failed = false;
    while (in.hasMore()) {
      List<PairingStep> steps = self.onFrame(ByteString.copyFrom(in.piece()));
      assertThat(failed && !steps.isEmpty()).as("a flaw ends it for good").isFalse();
      for (PairingStep step : steps) {
        assertThat(step)
            .as("nobody is introduced without the key")
            .isNotInstanceOf(PairingStep.Introduced.class)
            .isNotInstanceOf(PairingStep.Finished.class);
        failed |= step instanceof PairingStep.Failed;
      }
    }
  }

  private static ByteString frame(List<PairingStep> steps) {
    assertThat(steps).hasSize(1);
    ByteString frame = ((PairingStep.Send) steps.get(0)).frame();
    assertThat(frame.size()).isLessThanOrEqualTo(PairingExchange.MAX_FRAME_BYTES);
    return frame;
  }

  private static void code(byte[] input) {
    String text = new Input(input).text();
    Optional<PairingCode> code;
    try {
      code = Optional.of(PairingCode.parse(text));
    } catch (PairingException e) {
      assertThat(e.reason()).isEqualTo(PairingException.Reason.BAD_CODE);
      assertThat(String.valueOf(e.getMessage()).length()).isLessThan(200);
      code = Optional.empty();
    }
    if (code.isPresent()) {
      try {
        assertThat(PairingCode.parse(code.get().toString())).isEqualTo(code.get());
      } catch (PairingException e) {
        throw new AssertionError("what is read is written, and read again", e);
      }
    }
  }
}
