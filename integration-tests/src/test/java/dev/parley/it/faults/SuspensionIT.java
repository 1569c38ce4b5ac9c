package dev.parley.it.faults;

import dev.parley.it.process.Stage;
import dev.parley.it.process.StageExtension;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Processes that stand still for a while ({@code -Dsoak.trouble}), one after the other and all at
 * once, and a relay that comes and goes.
 */
@ExtendWith(StageExtension.class)
@Tag("long")
class SuspensionIT {
  private static final int SOME_MESSAGES = 40;
  private static final int FLAPS = 5;

  @Test
  void messagesGoOnAfterProcessesStoodStillAndTheRelayFlapped(Stage stage) {
    long seed = Seed.of("SuspensionIT");
    World world = World.begin(stage, seed);
    for (List<String> names :
        List.of(
            List.of("alice"),
            List.of("bob"),
            List.of("relay"),
            List.of("alice", "bob", "carol", "relay"))) {
      List<Fault> faults =
          names.stream().map(it -> (Fault) new Fault.Suspended(world.victim(it))).toList();
      faults.forEach(Fault::begin);
      world.endure(Trouble.LENGTH);
      faults.forEach(Fault::end);
      world.awaitProgress(SOME_MESSAGES);
    }
    for (int i = 0; i < FLAPS; i++) {
      Fault kill = new Fault.Kill(world.victim("relay"));
      kill.begin();
      kill.end();
    }
    world.awaitProgress(SOME_MESSAGES);
    world.settle();
    System.out.println(world.summary("SuspensionIT"));
  }
}
