package dev.parley.daemon;

import dev.parley.backup.Restore;
import dev.parley.backup.RestoreException;
import dev.parley.home.HomeException;
import dev.parley.home.HomeLock;
import dev.parley.proto.home.NodeHome;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code parleyd restore}: what {@code parley restore} runs. */
@Command(
    name = "restore",
    mixinStandardHelpOptions = true,
    description = {
      "Makes the node of this home from a backup. The daemon must not run.",
      "Prints lines of a word and a value: peer, created, contacts, messages, waiting, aside."
    })
final class RestoreCommand implements Callable<Integer> {
  private final NodeHome home;

  @Spec private @Nullable CommandSpec spec;

  @Parameters(index = "0", paramLabel = "FILE", description = "What `parley backup` has written.")
  private Path file = Path.of("");

  @Option(names = "--force", description = "Set aside the node that is here.")
  private boolean force;

  @Option(
      names = "--passphrase-file",
      paramLabel = "FILE",
      description = "Take the passphrase from the first line of a file; - is standard input.")
  private String passphraseFile = "";

  RestoreCommand(NodeHome home) {
    this.home = home;
  }

  @Override
  public Integer call() throws HomeException, RestoreException {
    if (spec == null) {
      throw new IllegalStateException("picocli has not prepared this command");
    }
    char[] passphrase = passphrase(spec.commandLine());
    try (HomeLock lock = HomeLock.acquire(home)) {
      Restore.Restored restored = new Restore(home, Clock.systemUTC()).run(file, passphrase, force);
      PrintWriter out = spec.commandLine().getOut();
      out.println("peer " + restored.peer());
      out.println("created " + restored.createdAt());
      out.println("contacts " + restored.contents().contacts());
      out.println("messages " + restored.contents().messages());
      out.println("waiting " + restored.contents().waiting());
      restored.aside().ifPresent(aside -> out.println("aside " + aside));
      out.flush();
      return CommandLine.ExitCode.OK;
    } finally {
      Arrays.fill(passphrase, '\0');
    }
  }

  private char[] passphrase(CommandLine commandLine) {
    if (passphraseFile.isEmpty()) {
      char[] typed = Passphrases.typed("Passphrase of the backup: ");
      if (typed.length == 0) {
        throw new ParameterException(
            commandLine, "there is nobody to ask for the passphrase; give --passphrase-file");
      }
      return typed;
    }
    try {
      return Passphrases.ofFile(passphraseFile);
    } catch (IOException e) {
      throw new ParameterException(commandLine, "no passphrase: " + e.getMessage(), e);
    }
  }
}
