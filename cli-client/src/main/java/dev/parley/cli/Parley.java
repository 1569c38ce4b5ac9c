package dev.parley.cli;

import dev.parley.cli.client.CommandFailure;
import dev.parley.cli.client.ExitCode;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.UnmatchedArgumentException;

/** The program. */
@CommandLine.Command(
    name = "parley",
    versionProvider = Version.class,
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    description = "Talk to any machine, wherever it is.",
    footer = {
      "",
      "Exit codes: 0 ok, 1 failure, 2 usage, 3 daemon not running, 4 unknown peer, 5 timed out.",
      "PARLEY_HOME puts a whole node into one directory."
    })
public final class Parley {
  private static final Map<String, Function<Session, Object>> COMMANDS = commands();

  private final Session session;

  private Parley(Session session) {
    this.session = session;
  }

  @Option(
      names = "--json",
      scope = ScopeType.INHERIT,
      description = "Print one JSON object per line.")
  void json(boolean wanted) {
    session.json(wanted);
  }

  private static Map<String, Function<Session, Object>> commands() {
    Map<String, Function<Session, Object>> commands = new LinkedHashMap<>();
    commands.put("up", UpCommand::new);
    commands.put("down", DownCommand::new);
    commands.put("id", IdCommand::new);
    commands.put("contact", ContactCommand::new);
    commands.put("invite", InviteCommand::new);
    commands.put("accept", AcceptCommand::new);
    commands.put("send", SendCommand::new);
    commands.put("recv", RecvCommand::new);
    commands.put("history", HistoryCommand::new);
    commands.put("message", MessageCommand::new);
    commands.put("file", FileCommand::new);
    commands.put("ping", PingCommand::new);
    commands.put("status", StatusCommand::new);
    commands.put("netcheck", NetcheckCommand::new);
    commands.put("why", WhyCommand::new);
    commands.put("listen", ListenCommand::new);
    commands.put("forward", ForwardCommand::new);
    commands.put("pipe", PipeCommand::new);
    commands.put("backup", BackupCommand::new);
    commands.put("restore", RestoreCommand::new);
    commands.put("demo", DemoCommand::new);
    commands.put("completion", CompletionCommand::new);
    commands.put("warm-up", WarmUpCommand::new);
    return commands;
  }

  public static void main(String[] arguments) {
    Session session =
        new Session(
            System.getenv(),
            Session.Terminal.ofLauncher(),
            System.in,
            stream(FileDescriptor.out, false),
            stream(FileDescriptor.err, true));
    int code = run(session, arguments);
    session.flush();
    System.exit(code);
  }

  /** UTF-8 whatever the locale says; what is printed is flushed by commands and at the end. */
  private static PrintStream stream(FileDescriptor descriptor, boolean flush) {
    return new PrintStream(new FileOutputStream(descriptor), flush, StandardCharsets.UTF_8);
  }

  static int run(Session session, String... arguments) {
    // Errors of usage come before picocli has told whether JSON is wanted.
    session.json(Arrays.asList(arguments).contains("--json"));
    CommandLine line = commandLine(session, arguments);
    line.setExecutionExceptionHandler((e, command, parsed) -> failed(session, e));
    line.setParameterExceptionHandler((e, given) -> misused(session, e));
    line.setOut(new PrintWriter(new SessionWriter(session), true));
    line.setUsageHelpAutoWidth(false);
    return arguments.length == 0 ? line.execute("--help") : line.execute(arguments);
  }

  /**
   * With the one command that is asked for, where it is plain which: to describe all of them to
   * picocli takes longer than the call to the daemon.
   */
  static CommandLine commandLine(Session session, String... arguments) {
    CommandLine line = new CommandLine(new Parley(session));
    Optional<String> asked = Arrays.stream(arguments).filter(a -> !a.equals("--json")).findFirst();
    boolean one =
        asked.filter(COMMANDS::containsKey).filter(name -> !name.equals("completion")).isPresent();
    COMMANDS.forEach(
        (name, maker) -> {
          if (!one || asked.get().equals(name)) {
            line.addSubcommand(maker.apply(session));
          }
        });
    return line;
  }

  private static int failed(Session session, Exception e) {
    CommandFailure failure =
        e instanceof CommandFailure known
            ? known
            : CommandFailure.of("met a bug: " + e, "please report it with what you typed");
    session.print(failure);
    if (failure != e) {
      e.printStackTrace();
    }
    return failure.exitCode();
  }

  private static int misused(Session session, ParameterException e) {
    List<String> similar =
        e instanceof UnmatchedArgumentException unmatched ? unmatched.getSuggestions() : List.of();
    String help = "`" + e.getCommandLine().getCommandSpec().qualifiedName() + " --help` tells more";
    session.print(
        CommandFailure.usage(
            String.valueOf(e.getMessage()),
            similar.isEmpty() ? help : "did you mean " + String.join(" or ", similar) + "?"));
    return ExitCode.USAGE;
  }
}
