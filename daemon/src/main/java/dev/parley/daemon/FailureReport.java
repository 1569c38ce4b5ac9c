package dev.parley.daemon;

import dev.parley.backup.RestoreException;
import dev.parley.config.ConfigException;
import dev.parley.control.ControlException;
import dev.parley.home.HomeException;
import dev.parley.node.NodeStartException;
import java.io.PrintWriter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;

/** Says on stderr what failed, why, and what to do next; a stack trace only for what is a bug. */
final class FailureReport implements CommandLine.IExecutionExceptionHandler {
  private static final Logger log = LoggerFactory.getLogger(FailureReport.class);

  @Override
  public int handleExecutionException(
      Exception failure, CommandLine commandLine, CommandLine.ParseResult parsed) {
    PrintWriter err = commandLine.getErr();
    err.println("parleyd: " + failure.getMessage());
    String hint = hintOf(failure);
    if (!hint.isEmpty()) {
      err.println("  " + hint);
    }
    err.flush();
    return CommandLine.ExitCode.SOFTWARE;
  }

  /** A command line that cannot be: one sentence rather than a page of usage that hides it. */
  static int misused(CommandLine.ParameterException mistake, String[] args) {
    PrintWriter err = mistake.getCommandLine().getErr();
    String command = mistake.getCommandLine().getCommandSpec().qualifiedName();
    err.println(command + ": " + mistake.getMessage());
    err.println("  `" + command + " --help` tells more");
    err.flush();
    return CommandLine.ExitCode.USAGE;
  }

  private static String hintOf(Exception failure) {
    if (failure instanceof ConfigException config) {
      return config.hint();
    }
    if (failure instanceof ControlException control) {
      return control.hint();
    }
    if (failure instanceof HomeException home) {
      return home.hint();
    }
    if (failure instanceof RestoreException restore) {
      return restore.hint();
    }
    if (failure instanceof NodeStartException start) {
      log.debug("the node did not start", start);
      return start.hint();
    }
    log.error("this is a bug in parley; please report it", failure);
    return "";
  }
}
