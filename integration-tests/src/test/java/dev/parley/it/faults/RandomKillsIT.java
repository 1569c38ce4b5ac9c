package dev.parley.it.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.it.faults.agent.FaultPoint;
import dev.parley.it.process.Stage;
import dev.parley.it.process.StageExtension;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * kill -9 of nodes and relay, at random and at each named point, while traffic goes on. Ten rounds,
 * or {@code -Dsoak.rounds}, and with {@code -Dsoak.all=true} each point for certain; a seed that
 * failed runs again with {@code -Dsoak.seed}.
 */
@ExtendWith(StageExtension.class)
class RandomKillsIT {
  private static final int ROUNDS_TO_A_CHECK = 50;

  @Test
  void nothingAcceptedIsLostOrDoubledThoughAnybodyIsKilledAtAnyMoment(Stage stage) {
    int rounds = Integer.getInteger("soak.rounds", 10);
    long seed = Seed.of("RandomKillsIT");
    long begun = System.nanoTime();
    World world = World.begin(stage, seed);
    KillRounds kills = stage.closeLater(new KillRounds(world));
    for (int round = 0; round < rounds; round++) {
      kills.round(round);
      if ((round + 1) % ROUNDS_TO_A_CHECK == 0) {
        kills.end();
        world.settle();
        System.out.printf("RandomKillsIT: all is well after round %d%n", round + 1);
        world.goOn();
      }
    }
    kills.end();
    // What chance has left out takes minutes to lie in wait for.
    boolean all = Boolean.getBoolean("soak.all");
    if (all) {
      kills.reachTheRest();
    }
    world.settle();
    System.out.println(world.summary("RandomKillsIT, " + rounds + " rounds"));
    System.out.println(kills.summary());
    System.out.printf("  in %d s%n", Duration.ofNanos(System.nanoTime() - begun).toSeconds());
    if (all) {
      assertThat(kills.reached()).containsOnlyKeys(FaultPoint.values());
    }
  }
}
