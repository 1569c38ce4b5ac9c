package dev.parley.fuzz;

/** Where Jazzer comes in. Its arguments are the class and the name of the target. */
public final class Fuzzer {
  private static FuzzTarget target;

  private Fuzzer() {}

  /** Called once, by Jazzer. */
  public static void fuzzerInitialize(String[] arguments) throws ClassNotFoundException {
    target = Targets.named(arguments[0], arguments[1]);
  }

  /** Called for every input, by Jazzer. */
  public static void fuzzerTestOneInput(byte[] input) throws Exception {
    target.check(input);
  }
}
