package dev.parley.it.faults;

import java.time.Duration;
import java.util.List;
import java.util.Random;

/** How much trouble there is to be: little in each build, and plenty in a soak. */
final class Trouble {
  /** How long a fault lasts that is over by itself: {@code -Dsoak.trouble}, in seconds. */
  static final Duration LENGTH = Duration.ofSeconds(Integer.getInteger("soak.trouble", 2));

  private Trouble() {}

  /** All of these with {@code -Dsoak.all=true}, else one by chance. */
  static List<String> victims(List<String> all, Random random) {
    return Boolean.getBoolean("soak.all") ? all : List.of(all.get(random.nextInt(all.size())));
  }
}
