package dev.parley.identity.pake;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.parley.fuzz.FuzzTarget;
import dev.parley.fuzz.Input;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;

/** Messages of EC J-PAKE: the first, or the second after an honest first. */
public final class PakeFuzz {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final ByteString SECRET = ByteString.copyFromUtf8("crossover-clockwork");

  private PakeFuzz() {}

  public static List<FuzzTarget> targets() {
    ByteString first = Pake.begin("b", "a", SECRET, RANDOM).first();
    return List.of(
        FuzzTarget.of("pake", PakeFuzz::parse, EcJpake.class, SchnorrProof.class, Curve.class)
            .seeds(FuzzTarget.behind(0, first.toByteArray()))
            .seeds(FuzzTarget.behind(1, new byte[Pake.SECOND_BYTES]))
            // Arithmetic on the curve makes many short-lived numbers.
            .allocating(64 << 20, 64));
  }

  private static void parse(byte[] input) {
    Input in = new Input(input);
    boolean second = in.yes();
    Pake self = Pake.begin("a", "b", SECRET, RANDOM);
    ByteString own = self.first();
    assertThat(own.size()).isEqualTo(Pake.FIRST_BYTES);
    if (second) {
      assertThat(self.second(Pake.begin("b", "a", SECRET, RANDOM).first())).isPresent();
      assertThat(self.key(in.restString())).as("nobody can forge it").isEmpty();
    } else {
      Optional<ByteString> answer = self.second(in.restString());
      answer.ifPresent(bytes -> assertThat(bytes.size()).isEqualTo(Pake.SECOND_BYTES));
    }
  }
}
