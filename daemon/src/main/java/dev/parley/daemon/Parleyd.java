package dev.parley.daemon;

import com.google.common.collect.ImmutableList;
import dev.parley.backup.Restore;
import dev.parley.backup.RestoreException;
import dev.parley.config.ConfigException;
import dev.parley.config.ConfigFile;
import dev.parley.config.HostPort;
import dev.parley.config.NodeOverrides;
import dev.parley.control.ControlException;
import dev.parley.control.ControlServer;
import dev.parley.discovery.RelayUrl;
import dev.parley.home.HomeException;
import dev.parley.home.HomeLock;
import dev.parley.identity.PassphraseSource;
import dev.parley.node.Node;
import dev.parley.node.NodeStartException;
import dev.parley.proto.home.NodeHome;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code parleyd}: the daemon in the foreground. */
@Command(
    name = "parleyd",
    description = "Runs a parley node in the foreground. Logs to stderr; SIGTERM ends it cleanly.",
    mixinStandardHelpOptions = true,
    versionProvider = Parleyd.Version.class)
public final class Parleyd implements Callable<Integer> {
  private static final Logger log = LoggerFactory.getLogger(Parleyd.class);

  private static final int SETTLED_AFTER_SECONDS = 3;

  @Option(
      names = "--relay",
      paramLabel = "URL",
      converter = RelayUrlConverter.class,
      description = "A relay to use, as `parleyd relay` prints it; may be given several times.")
  private List<RelayUrl> relays = new ArrayList<>();

  @Option(
      names = "--listen",
      paramLabel = "HOST:PORT",
      converter = ListenConverter.class,
      description = "Where to bind the UDP port; port 0 is any free one.")
  private @Nullable InetSocketAddress listen;

  @Option(
      names = "--stun",
      paramLabel = "HOST:PORT",
      converter = ServerConverter.class,
      description = "A STUN server beside those of the relays; may be given several times.")
  private List<InetSocketAddress> stun = new ArrayList<>();

  private volatile String damage = "";
  private final CountDownLatch ended = new CountDownLatch(1);

  public static void main(String[] args) {
    Logging.start(System.getenv());
    NodeHome home = NodeHome.from(System.getenv());
    CommandLine commandLine =
        new CommandLine(new Parleyd())
            .addSubcommand(new RelayCommand(new DiskRelaySetup(home), home.data().resolve("relay")))
            .addSubcommand(new RestoreCommand(home))
            .addSubcommand(new WarmUpCommand())
            .setParameterExceptionHandler(FailureReport::misused)
            .setExecutionExceptionHandler(new FailureReport());
    System.exit(commandLine.execute(args));
  }

  @Override
  public Integer call()
      throws ConfigException,
          ControlException,
          HomeException,
          NodeStartException,
          RestoreException {
    NodeHome home = NodeHome.from(System.getenv());
    finishRestore(home);
    try (Node node = start(home);
        ControlServer control =
            ControlServer.start(
                node, home, new ControlServer.Program(Version.TEXT, ended::countDown))) {
      boolean caught = Signals.on("TERM", ended::countDown) & Signals.on("INT", ended::countDown);
      if (!caught) {
        // Then the JVM ends by itself, and this is the only chance to say goodbye.
        Runtime.getRuntime().addShutdownHook(new Thread(node::close, "parley-end"));
      }
      node.damage().thenAccept(this::endDamaged);
      System.out.println("parleyd ready " + node.id());
      System.out.flush();
      log.info("serving {} as process {}", home.socket(), ProcessHandle.current().pid());
      returnStartUpMemory();
      await();
      log.info("ending");
      control.close();
    }
    if (!damage.isEmpty()) {
      System.err.println("parleyd: " + damage);
      return CommandLine.ExitCode.SOFTWARE;
    }
    return CommandLine.ExitCode.OK;
  }

  private void endDamaged(String sentence) {
    log.error("{}", sentence);
    damage = sentence;
    ended.countDown();
  }

  /** What a restore has left to do is done first: it may concern the configuration too. */
  private static void finishRestore(NodeHome home) throws HomeException, RestoreException {
    try (HomeLock lock = HomeLock.acquire(home)) {
      Restore.finish(home);
    }
  }

  private Node start(NodeHome home) throws ConfigException, NodeStartException {
    NodeOverrides overrides =
        new NodeOverrides(
            Optional.ofNullable(listen), ImmutableList.copyOf(relays), ImmutableList.copyOf(stun));
    return Node.start(
        home,
        ConfigFile.load(home.configFile()).node(overrides),
        new Node.Environment(
            "parley/" + Version.TEXT, PassphraseSource.of(System.getenv()), Clock.systemUTC()));
  }

  /**
   * Starting takes more memory than running. A daemon that idles would hold on to it for hours,
   * because nothing gives it a reason to collect.
   */
  private static void returnStartUpMemory() {
    Thread thread =
        new Thread(
            () -> {
              try {
                TimeUnit.SECONDS.sleep(SETTLED_AFTER_SECONDS);
                System.gc();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            },
            "parley-settle");
    thread.setDaemon(true);
    thread.start();
  }

  private void await() {
    try {
      ended.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** As the build has it. */
  static final class Version implements CommandLine.IVersionProvider {
    static final String TEXT =
        Optional.ofNullable(Parleyd.class.getPackage().getImplementationVersion())
            .orElse("development");

    @Override
    public String[] getVersion() {
      return new String[] {"parleyd " + TEXT};
    }
  }

  static final class RelayUrlConverter implements CommandLine.ITypeConverter<RelayUrl> {
    @Override
    public RelayUrl convert(String text) {
      return Options.checked(RelayUrl::parse, text);
    }
  }

  static final class ListenConverter implements CommandLine.ITypeConverter<InetSocketAddress> {
    @Override
    public InetSocketAddress convert(String text) {
      return Options.checked(HostPort::toListen, text);
    }
  }

  static final class ServerConverter implements CommandLine.ITypeConverter<InetSocketAddress> {
    @Override
    public InetSocketAddress convert(String text) {
      return Options.checked(HostPort::ofServer, text);
    }
  }
}
