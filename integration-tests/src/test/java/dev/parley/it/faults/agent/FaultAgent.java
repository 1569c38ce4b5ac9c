package dev.parley.it.faults.agent;

import java.lang.instrument.Instrumentation;
import java.nio.file.Path;

/** Begins before the daemon does. */
public final class FaultAgent {
  private FaultAgent() {}

  /**
   * Called by the JVM.
   *
   * @param file where the orders are
   */
  public static void premain(String file, Instrumentation instrumentation) {
    Faults.obey(Path.of(file));
    instrumentation.addTransformer(new Incisions());
  }
}
