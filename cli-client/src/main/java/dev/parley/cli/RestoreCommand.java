package dev.parley.cli;

import dev.parley.cli.client.CommandFailure;
import dev.parley.cli.client.ExitCode;
import dev.parley.cli.client.RestoreProcess;
import dev.parley.cli.text.Json;
import java.nio.file.Path;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes a node of a backup; parleyd does the work, which must not run here meanwhile. */
@CommandLine.Command(
    name = "restore",
    mixinStandardHelpOptions = true,
    description = "Make this node from a backup; the daemon must not run.")
final class RestoreCommand implements Command {
  private final Session session;

  @Parameters(index = "0", paramLabel = "FILE", description = "What `parley backup` has written.")
  private String file = "";

  @Option(names = "--force", description = "Set aside the node that is here, and restore.")
  private boolean force;

  @Mixin private PassphraseOption passphrase = new PassphraseOption();

  RestoreCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() throws CommandFailure, InterruptedException {
    Map<String, String> told =
        RestoreProcess.run(
            session.parleyd(),
            Path.of(file).toAbsolutePath(),
            force,
            passphrase.read(session, false));
    if (session.json()) {
      session.print(
          new Json()
              .put("peerId", told.get("peer"))
              .put("createdAt", told.get("created"))
              .put("contacts", number(told, "contacts"))
              .put("messages", number(told, "messages"))
              .put("waiting", number(told, "waiting"))
              .put("aside", told.get("aside")));
      return ExitCode.OK;
    }
    session.print(
        "you are "
            + session.style().bold(told.getOrDefault("peer", "?"))
            + " as of "
            + told.get("created")
            + ": "
            + number(told, "contacts")
            + " contacts, "
            + number(told, "messages")
            + " messages, "
            + number(told, "waiting")
            + " more waiting for their peers");
    if (told.containsKey("aside")) {
      session.print("what was here before lies in " + told.get("aside"));
    }
    session.print(
        "messages that arrived after that time are gone from here, and do not come again;");
    session.print("what had been read since may come to readers once more");
    session.print("let no other machine run under the same key; `parley up` starts this one");
    return ExitCode.OK;
  }

  private static long number(Map<String, String> told, String word) {
    return Long.parseLong(told.getOrDefault(word, "0"));
  }
}
