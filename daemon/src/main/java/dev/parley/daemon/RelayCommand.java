package dev.parley.daemon;

import dev.parley.config.RelayConfig;
import dev.parley.config.RelayConfig.Tls;
import dev.parley.daemon.RelaySetup.SetupException;
import dev.parley.identity.Identity;
import dev.parley.relay.server.RelayServer;
import dev.parley.relay.server.RelayStartException;
import dev.parley.store.MailDatabase;
import dev.parley.store.StoreException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code parleyd relay}: runs the relay role in the foreground until it is told to end. */
@Command(
    name = "relay",
    mixinStandardHelpOptions = true,
    description = {
      "Runs a relay: forwards sealed datagrams between peers that cannot reach each other, and"
          + " answers STUN.",
      "Prints `relay HOST:PORT#ID` on standard output when it is ready: that is its URL for"
          + " `parleyd --relay`. SIGHUP reads the limits in the configuration anew; SIGTERM ends"
          + " it."
    })
public final class RelayCommand implements Callable<Integer> {
  private static final Logger log = LoggerFactory.getLogger(RelayCommand.class);

  /** As people write {@code --tls}. */
  enum TlsMode {
    /** A self-signed certificate of the relay's own key, which clients pin. */
    self,
    /** A reverse proxy on this machine brings TLS. */
    off
  }

  private final RelaySetup setup;
  private final Path keyDirectory;
  private volatile String damage = "";
  private final CountDownLatch ended = new CountDownLatch(1);

  @Spec private @Nullable CommandSpec spec;

  @Option(
      names = "--listen",
      paramLabel = "HOST:PORT",
      description = "TCP address to listen on; port 0 takes any. Required unless configured.")
  private @Nullable String listen;

  @Option(
      names = "--stun",
      paramLabel = "HOST:PORT",
      description = "UDP address to answer STUN on. Default: the same as --listen.")
  private @Nullable String stun;

  @Option(
      names = "--tls",
      paramLabel = "self|off",
      description = {
        "self: TLS by the relay's own key, which clients pin (default).",
        "off: none; a reverse proxy on this machine brings it."
      })
  private @Nullable TlsMode tls;

  @Option(
      names = "--tls-cert",
      paramLabel = "FILE",
      description = "PEM certificate chain that the web trusts; clients use wss://HOST.")
  private @Nullable Path tlsCertificate;

  @Option(names = "--tls-key", paramLabel = "FILE", description = "PEM PKCS#8 key of --tls-cert.")
  private @Nullable Path tlsKey;

  /**
   * @param keyDirectory where the relay's key lies, apart from any node's
   */
  public RelayCommand(RelaySetup setup, Path keyDirectory) {
    this.setup = setup;
    this.keyDirectory = keyDirectory;
  }

  @Override
  public Integer call() {
    CommandLine commandLine = commandLine();
    requireConsistentTls(commandLine);
    try {
      RelayConfig config = configuration();
      run(config, commandLine.getOut());
      if (!damage.isEmpty()) {
        commandLine.getErr().println("parleyd relay: " + damage);
        commandLine.getErr().flush();
        return CommandLine.ExitCode.SOFTWARE;
      }
      return CommandLine.ExitCode.OK;
    } catch (StoreException e) {
      commandLine.getErr().println("parleyd relay: " + e.getMessage() + "\n  " + e.hint());
      commandLine.getErr().flush();
      return CommandLine.ExitCode.SOFTWARE;
    } catch (SetupException | RelayStartException e) {
      commandLine.getErr().println("parleyd relay: " + e.getMessage());
      commandLine.getErr().flush();
      return CommandLine.ExitCode.SOFTWARE;
    }
  }

  private void run(RelayConfig config, PrintWriter out)
      throws SetupException, RelayStartException, StoreException {
    Identity identity = setup.identity(keyDirectory);
    if (config.mailbox().maxMailboxes() == 0) {
      try (RelayServer server = RelayServer.start(identity, config)) {
        announce(server, out);
      }
      return;
    }
    Path database = keyDirectory.resolve("mailbox.db");
    try (MailDatabase mail = MailDatabase.open(database, Clock.systemUTC());
        RelayServer server = RelayServer.start(identity, config, mail.mail())) {
      mail.damage().thenAccept(this::endDamaged);
      announce(server, out);
    }
  }

  private void endDamaged(String sentence) {
    log.error("{}", sentence);
    damage = sentence;
    stop();
  }

  private void announce(RelayServer server, PrintWriter out) {
    // Whoever reads the line may end the relay at once, and then it must end well.
    catchSignals(server);
    out.println("relay " + server.url());
    out.flush();
    try {
      ended.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    log.info("ending");
  }

  private void catchSignals(RelayServer server) {
    Signals.on("HUP", () -> reload(server));
    boolean caught = Signals.on("TERM", this::stop) & Signals.on("INT", this::stop);
    if (!caught) {
      // Then the JVM ends by itself, and this is the only chance to say goodbye.
      Runtime.getRuntime().addShutdownHook(new Thread(server::close, "parley-relay-end"));
    }
  }

  /** Ends the relay; {@link #call} returns when the clients have been told. */
  void stop() {
    ended.countDown();
  }

  /** A configuration that cannot be used leaves the limits as they are. */
  void reload(RelayServer server) {
    try {
      server.reload(configuration().limits());
    } catch (SetupException e) {
      log.error("the configuration was not reloaded: {}", e.getMessage());
    }
  }

  private RelayConfig configuration() throws SetupException {
    RelayConfig config = setup.config(Optional.ofNullable(listen), Optional.ofNullable(stun));
    return new RelayConfig(
        config.listen(), config.stun(), tls(config.tls()), config.limits(), config.mailbox());
  }

  /** The command line goes before the file. */
  private Tls tls(Tls configured) {
    if (tlsCertificate != null && tlsKey != null) {
      return new Tls.Files(tlsCertificate, tlsKey);
    }
    if (tls == null) {
      return configured;
    }
    return tls == TlsMode.off ? new Tls.Off() : new Tls.SelfSigned();
  }

  private void requireConsistentTls(CommandLine commandLine) {
    if ((tlsCertificate == null) != (tlsKey == null)) {
      throw new ParameterException(commandLine, "--tls-cert and --tls-key go together");
    }
    if (tlsCertificate != null && tls != null) {
      throw new ParameterException(
          commandLine, "--tls says where TLS comes from; with --tls-cert leave it out");
    }
  }

  private CommandLine commandLine() {
    if (spec == null) {
      throw new IllegalStateException("picocli has not prepared this command");
    }
    return spec.commandLine();
  }
}
