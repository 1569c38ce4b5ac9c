package dev.parley.cli;

import dev.parley.cli.client.CommandFailure;
import dev.parley.cli.client.ExitCode;
import dev.parley.cli.demo.Demo;
import dev.parley.cli.demo.Teller;
import dev.parley.cli.text.Json;
import picocli.CommandLine;

/** Tells the whole story on one machine. */
@CommandLine.Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    description = "Watch the whole story on this machine: a relay, two nodes, and no lost message.")
final class DemoCommand implements Command {
  private final Session session;

  DemoCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() throws CommandFailure, InterruptedException {
    Demo.run(
        session.parleyd(), new Teller(this::line, this::object, session.json(), session.style()));
    return ExitCode.OK;
  }

  private void line(String text) {
    session.print(text);
    session.flush();
  }

  private void object(Json object) {
    session.print(object);
    session.flush();
  }
}
