package dev.parley.it.faults;

import dev.parley.it.process.Stage;
import dev.parley.it.process.StageExtension;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Clocks that are set ten years ahead or back, while processes run and before they start, and are
 * right again. Messages go on in each state.
 */
@ExtendWith(StageExtension.class)
@Tag("long")
class ClockJumpIT {
  private static final Duration TEN_YEARS = Duration.ofDays(3_652);
  private static final List<String> ALL = List.of("alice", "bob", "relay");
  private static final int SOME_MESSAGES = 30;

  @Test
  void messagesGoOnThoughClocksJumpByTenYears(Stage stage) {
    long seed = Seed.of("ClockJumpIT");
    World world = World.begin(stage, seed);
    Random random = world.chance("clocks");
    for (Duration by : List.of(TEN_YEARS, TEN_YEARS.negated())) {
      Trouble.victims(ALL, random).forEach(name -> liveWith(world, name, by));
      keepMail(world, by);
    }
    world.settle();
    System.out.println(world.summary("ClockJumpIT"));
  }

  private static void liveWith(World world, String name, Duration by) {
    Fault jump = new Fault.ClockJump(world.victim(name), by);
    jump.begin();
    world.awaitProgress(SOME_MESSAGES);
    // As at a boot without a battery: certificates and keys meet the wrong clock.
    restart(world, name);
    world.awaitProgress(SOME_MESSAGES);
    jump.end();
    world.awaitProgress(SOME_MESSAGES);
  }

  /**
   * What lies at a relay whose clock jumps there and back is there, though its senders are gone.
   */
  private static void keepMail(World world, Duration by) {
    Absence absence = Absence.begin(world);
    Fault jump = new Fault.ClockJump(world.victim("relay"), by);
    jump.begin();
    restart(world, "relay");
    jump.end();
    restart(world, "relay");
    absence.endWithSendersGone();
  }

  private static void restart(World world, String name) {
    Fault kill = new Fault.Kill(world.victim(name));
    kill.begin();
    kill.end();
  }
}
