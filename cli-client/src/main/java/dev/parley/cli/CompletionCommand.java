package dev.parley.cli;

import dev.parley.cli.client.ExitCode;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.util.Map;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Parameters;

/** Prints a completion script. */
@CommandLine.Command(
    name = "completion",
    mixinStandardHelpOptions = true,
    description = "Print a completion script: `source <(parley completion bash)`.")
final class CompletionCommand implements Command {
  private final Session session;

  @Parameters(
      index = "0",
      paramLabel = "SHELL",
      description = "${COMPLETION-CANDIDATES}; one script serves both.")
  private Shell shell = Shell.bash;

  /** As people write them. */
  enum Shell {
    bash,
    zsh
  }

  CompletionCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    // All commands, whatever was asked for now.
    Session nobody =
        new Session(
            Map.of(),
            new Session.Terminal(false, 0),
            InputStream.nullInputStream(),
            new PrintStream(OutputStream.nullOutputStream()),
            new PrintStream(OutputStream.nullOutputStream()));
    String script = AutoComplete.bash("parley", Parley.commandLine(nobody));
    if (shell == Shell.zsh) {
      session.print("autoload -U +X compinit && compinit");
    }
    session.print(script);
    return ExitCode.OK;
  }
}
