package dev.parley.it.faults;

import dev.parley.it.lab.RequiresLab;
import dev.parley.it.lab.SmallDisk;
import dev.parley.it.process.Home;
import dev.parley.it.process.Stage;
import dev.parley.it.process.StageExtension;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Disks that are full, take no byte, are read-only at a start, or slow: at a sender, a receiver,
 * and the relay. Each for some seconds, or {@code -Dsoak.trouble}.
 */
@ExtendWith(StageExtension.class)
@RequiresLab
@Tag("long")
class DiskFaultsIT {
  private static final int MEGABYTES = 48;
  private static final int SOME_MESSAGES = 40;
  private static final Duration SLOW = Duration.ofMillis(300);
  private static final List<String> ALL = List.of("alice", "bob", "relay");

  private final Map<String, SmallDisk> disks = new HashMap<>();

  @Test
  void nothingAcceptedIsLostThoughDisksFail(Stage stage) {
    long seed = Seed.of("DiskFaultsIT");
    World world = World.begin(stage, seed, home -> onSmallDisk(stage, home));
    Random random = world.chance("disks");
    for (Function<String, Fault> kind : kinds(world)) {
      Trouble.victims(ALL, random).forEach(victim -> suffer(world, kind.apply(victim)));
    }
    world.settle();
    System.out.println(world.summary("DiskFaultsIT"));
  }

  private List<Function<String, Fault>> kinds(World world) {
    return List.of(
        name -> new Fault.FullDisk(world.victim(name), disk(name)),
        name -> new Fault.Unwritable(world.victim(name)),
        name -> new Fault.ReadOnlyAtStart(world.victim(name), disk(name)),
        name -> new Fault.SlowDisk(world.victim(name), SLOW));
  }

  private World.Place onSmallDisk(Stage stage, Home home) {
    disks.put(home.name(), stage.closeLater(SmallDisk.mount(home.directory(), MEGABYTES)));
    return new World.Place(home, "127.0.0.1:0");
  }

  private SmallDisk disk(String name) {
    SmallDisk disk = disks.get(name);
    if (disk == null) {
      throw new IllegalArgumentException("no disk for " + name);
    }
    return disk;
  }

  /** Through the fault and out of it again, by itself. */
  private static void suffer(World world, Fault fault) {
    fault.begin();
    world.endure(Trouble.LENGTH);
    fault.end();
    world.awaitProgress(SOME_MESSAGES);
    System.out.printf(
        "DiskFaultsIT: %s has had %s, and all goes on%n",
        fault.victim(), fault.getClass().getSimpleName());
  }
}
