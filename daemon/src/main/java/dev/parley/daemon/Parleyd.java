package dev.parley.daemon;

import com.google.common.collect.ImmutableList;
import dev.parley.config.ConfigException;
import dev.parley.config.ConfigFile;
import dev.parley.config.HostPort;
import dev.parley.config.NodeOverrides;
import dev.parley.control.ControlException;
import dev.parley.control.ControlServer;
import dev.parley.control.HomeLock;
import dev.parley.discovery.RelayUrl;
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
    versionProvider = Program.class,
    subcommands = RelayCommand.class)
public final class Parleyd implements Callable<Integer> {
  private static final Logger log = LoggerFactory.getLogger(Parleyd.class);

  @Option(
      names = "--relay",
      paramLabel = "URL",
      description = "A relay to use, as `parleyd relay` prints it; may be given several times.")
  private List<RelayUrl> relays = new ArrayList<>();

  @Option(
      names = "--listen",
      paramLabel = "HOST:PORT",
      description = "Where to bind the UDP port; port 0 is any free one.")
  private @Nullable InetSocketAddress listen;

  @Option(
      names = "--stun",
      paramLabel = "HOST:PORT",
      description = "A STUN server beside those of the relays; may be given several times.")
  private List<HostPort> stun = new ArrayList<>();

  public static void main(String[] args) {
    Logging.start(System.getenv());
    System.exit(Program.run(new Parleyd(), args));
  }

  @Override
  public Integer call() throws ConfigException, ControlException, NodeStartException {
    NodeHome home = NodeHome.from(System.getenv());
    CountDownLatch ended = new CountDownLatch(1);
    try (HomeLock lock = HomeLock.acquire(home);
        Node node = start(home);
        ControlServer control =
            ControlServer.start(
                node, lock, new ControlServer.Program(Program.version(), ended::countDown))) {
      Program.onTermination(ended);
      System.out.println("parleyd ready " + node.id());
      System.out.flush();
      log.info("serving {} as process {}", lock.home().socket(), ProcessHandle.current().pid());
      awaitQuietly(ended);
      log.info("ending");
      control.close();
    }
    Program.terminated();
    return CommandLine.ExitCode.OK;
  }

  private Node start(NodeHome home) throws ConfigException, NodeStartException {
    NodeOverrides overrides =
        new NodeOverrides(
            Optional.ofNullable(listen),
            ImmutableList.copyOf(relays),
            stun.stream().map(HostPort::unresolved).collect(ImmutableList.toImmutableList()));
    return Node.start(
        home,
        ConfigFile.load(home.configFile()).node(overrides),
        new Node.Environment(
            "parley/" + Program.version(),
            PassphraseSource.of(System.getenv()),
            Clock.systemUTC()));
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
