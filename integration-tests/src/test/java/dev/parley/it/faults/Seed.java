package dev.parley.it.faults;

/** Where the chance of a run comes from. */
final class Seed {
  private Seed() {}

  /** What {@code -Dsoak.seed} says, or another one each time; printed. */
  static long of(String test) {
    String given = System.getProperty("soak.seed", "");
    long seed = given.isEmpty() ? System.nanoTime() : Long.parseLong(given);
    System.out.println(test + ": again with -Dsoak.seed=" + seed);
    return seed;
  }
}
