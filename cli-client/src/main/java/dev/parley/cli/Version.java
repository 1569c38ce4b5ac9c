package dev.parley.cli;

import java.util.Objects;
import picocli.CommandLine;

/** The version that the jar's manifest tells. */
final class Version implements CommandLine.IVersionProvider {
  @Override
  public String[] getVersion() {
    return new String[] {"parley " + text()};
  }

  static String text() {
    return Objects.requireNonNullElse(
        Parley.class.getPackage().getImplementationVersion(), "(unpackaged)");
  }
}
