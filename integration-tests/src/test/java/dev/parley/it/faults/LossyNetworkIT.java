package dev.parley.it.faults;

import dev.parley.it.lab.Internet;
import dev.parley.it.lab.Lab;
import dev.parley.it.lab.RequiresLab;
import dev.parley.it.lab.Site;
import dev.parley.it.process.Home;
import dev.parley.it.process.Stage;
import dev.parley.it.process.StageExtension;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Two of the three nodes lose a fifth of all packets, in either direction, and packets overtake
 * each other. TCP to the relay crawls through that, QUIC walks.
 */
@ExtendWith(StageExtension.class)
@RequiresLab
@Tag("long")
class LossyNetworkIT {
  private static final Duration ROUND_TRIP = Duration.ofMillis(40);
  private static final Duration JITTER = Duration.ofMillis(30);
  private static final int LOSS_PERCENT = 20;
  private static final int PORT = 7800;
  private static final int SOME_MESSAGES = 500;

  @Test
  void messagesGoOnThoughAFifthIsLostAndTheRestComesInAnyOrder(Stage stage) {
    long seed = Seed.of("LossyNetworkIT");
    Lab lab = stage.closeLater(Lab.open());
    Internet internet = Internet.reordering(lab, ROUND_TRIP, JITTER, seed);
    World world = World.begin(stage, seed, home -> place(internet, home));
    world.awaitProgress(SOME_MESSAGES);
    Fault kill = new Fault.Kill(world.victim("bob"));
    kill.begin();
    kill.end();
    world.awaitProgress(SOME_MESSAGES);
    world.settle();
    System.out.println(world.summary("LossyNetworkIT"));
  }

  private static World.Place place(Internet internet, Home home) {
    Site site = internet.host(home.name());
    if (home.name().equals("alice") || home.name().equals("bob")) {
      site.lose(LOSS_PERCENT);
    }
    return new World.Place(home.under(site.host().command()), site.publicAddress() + ":" + PORT);
  }
}
