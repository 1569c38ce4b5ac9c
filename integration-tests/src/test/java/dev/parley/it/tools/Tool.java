package dev.parley.it.tools;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/** A program of Debian's that has to be installed. */
public enum Tool {
  SSH("/usr/bin/ssh", "openssh-client"),
  SCP("/usr/bin/scp", "openssh-client"),
  SSHD("/usr/sbin/sshd", "openssh-server"),
  RSYNC("/usr/bin/rsync", "rsync"),
  IPERF3("/usr/bin/iperf3", "iperf3"),
  WRK("/usr/bin/wrk", "wrk"),
  NGINX("/usr/sbin/nginx", "nginx-light");

  private final Path path;
  private final String debianPackage;

  Tool(String path, String debianPackage) {
    this.path = Path.of(path);
    this.debianPackage = debianPackage;
  }

  public Path path() {
    return path;
  }

  /** What to do, when one of these is not there. */
  public static Optional<String> missing(Tool... tools) {
    return Arrays.stream(tools)
        .filter(tool -> !Files.isExecutable(tool.path))
        .findFirst()
        .map(tool -> tool.path + " is missing; apt install " + tool.debianPackage);
  }

  /** Skips the test where one is not there; with {@code -Dlab.required=true} it fails. */
  public static void require(Tool... tools) {
    Optional<String> reason = missing(tools);
    if (reason.isPresent()) {
      if (Boolean.getBoolean("lab.required")) {
        Assertions.fail(reason.get() + " (and -Dlab.required=true)");
      }
      System.err.println("SKIPPED: " + reason.get());
    }
    Assumptions.assumeTrue(reason.isEmpty(), () -> reason.orElse(""));
  }

  @Override
  public String toString() {
    return path.toString();
  }
}
