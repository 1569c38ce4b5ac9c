package dev.parley.it.lab;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Whether this machine can be a laboratory. */
final class LabCondition implements ExecutionCondition {

  @Override
  public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
    Optional<String> missing = missing();
    if (missing.isEmpty()) {
      return ConditionEvaluationResult.enabled("the laboratory is there");
    }
    String reason = "no laboratory: " + missing.get();
    if (Boolean.getBoolean("lab.required")) {
      throw new IllegalStateException(reason + " (and -Dlab.required=true)");
    }
    System.err.println("SKIPPED " + context.getDisplayName() + ": " + reason);
    return ConditionEvaluationResult.disabled(reason);
  }

  private static Optional<String> missing() {
    if (!"root".equals(System.getProperty("user.name"))) {
      return Optional.of("it takes root to make network namespaces; run as root");
    }
    for (String tool : List.of("ip", "nft", "ethtool", "mount")) {
      if (!isInstalled(tool)) {
        return Optional.of(tool + " is missing; apt install iproute2 nftables ethtool mount");
      }
    }
    return tryIt();
  }

  /** Root in a container may still not be allowed to. */
  private static Optional<String> tryIt() {
    try {
      Commands.run(List.of("unshare", "--net", "--mount", "true"));
      return Optional.empty();
    } catch (IllegalStateException e) {
      return Optional.of("this root may not make namespaces (" + e.getMessage() + ")");
    }
  }

  private static boolean isInstalled(String tool) {
    return Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1))
        .anyMatch(directory -> Files.isExecutable(Path.of(directory, tool)));
  }
}
