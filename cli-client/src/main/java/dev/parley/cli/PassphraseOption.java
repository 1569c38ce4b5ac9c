package dev.parley.cli;

import dev.parley.cli.client.CommandFailure;
import java.io.Console;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where the passphrase of a backup comes from: a file, or a person. */
final class PassphraseOption {
  private static final int MAX_BYTES = 1_024;
  private static final String HINT =
      "give --passphrase-file, or run it on a terminal, which asks for it";

  @Option(
      names = "--passphrase-file",
      paramLabel = "FILE",
      description =
          "Take the passphrase from the first line of a file; - is standard input. Asked for"
              + " on the terminal otherwise.")
  private String file = "";

  /**
   * The passphrase.
   *
   * @param anew a new one, which is asked for twice
   */
  String read(Session session, boolean anew) throws CommandFailure {
    String passphrase = file.isEmpty() ? typed(anew) : ofFile(session);
    int bytes = passphrase.getBytes(StandardCharsets.UTF_8).length;
    if (bytes < 1 || bytes > MAX_BYTES) {
      throw CommandFailure.usage("a passphrase has 1 to " + MAX_BYTES + " bytes", HINT);
    }
    return passphrase;
  }

  private String ofFile(Session session) throws CommandFailure {
    byte[] bytes;
    if (file.equals("-")) {
      bytes = StandardInput.read(session.in(), MAX_BYTES + 2);
    } else {
      try (InputStream in = Files.newInputStream(Path.of(file))) {
        bytes = in.readNBytes(MAX_BYTES + 2);
      } catch (IOException e) {
        throw CommandFailure.usage("cannot read the passphrase: " + e, "");
      }
    }
    return new String(bytes, StandardCharsets.UTF_8).lines().findFirst().orElse("");
  }

  private static String typed(boolean anew) throws CommandFailure {
    Console console = System.console();
    char[] typed = ask(console, "Passphrase of the backup: ");
    if (console == null || typed == null) {
      throw CommandFailure.usage("there is nobody to ask for the passphrase", HINT);
    }
    if (anew && !Arrays.equals(typed, ask(console, "The same again: "))) {
      throw CommandFailure.usage("the two passphrases differ", "type the same one twice");
    }
    return new String(typed);
  }

  private static char @Nullable [] ask(@Nullable Console console, String prompt) {
    return console == null ? null : console.readPassword("%s", prompt);
  }
}
