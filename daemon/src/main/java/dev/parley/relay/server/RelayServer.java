package dev.parley.relay.server;

import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;

import com.google.common.base.Ticker;
import dev.parley.config.RelayConfig;
import dev.parley.config.RelayConfig.Limits;
import dev.parley.config.RelayConfig.Tls;
import dev.parley.discovery.RelayUrl;
import dev.parley.identity.Identity;
import dev.parley.nat.stun.StunServerHandler;
import dev.parley.relay.mailbox.MailStore;
import dev.parley.relay.mailbox.Mailroom;
import dev.parley.relay.v1.GoAway;
import io.netty.channel.Channel;
import io.netty.handler.ssl.SslContext;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A running relay. Thread-safe; its own threads do the work. */
public final class RelayServer implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(RelayServer.class);

  /** A port chosen freely for TCP may be taken on UDP. */
  private static final int PORT_ATTEMPTS = 10;

  /** A little more than a session lingers. */
  /** How late those who wait in a slot hear that it is over. */
  private static final int EXPIRE_SECONDS = 5;

  private static final Duration GOODBYE = Duration.ofMillis(1_500);

  /** Clients come back spread over so long, so that a restart is no flood. */
  private static final int MAX_RETRY_JITTER_MILLIS = 1_000;

  private final RelayCore core;
  private final ServerSockets sockets;
  private final Channel tcp;
  private final Channel udp;

  private RelayServer(RelayCore core, ServerSockets sockets, Channel tcp, Channel udp) {
    this.core = core;
    this.sockets = sockets;
    this.tcp = tcp;
    this.udp = udp;
  }

  /**
   * Starts a relay and returns when both its ports are bound.
   *
   * @throws RelayStartException with a sentence for the user: the port is taken, a file is missing
   */
  public static RelayServer start(Identity identity, RelayConfig config)
      throws RelayStartException {
    return start(identity, config, RelayCore.Timing.DEFAULT, Ticker.systemTicker());
  }

  /**
   * As {@link #start(Identity, RelayConfig)}, with mailboxes for peers that are away.
   *
   * @param mail stays open until the relay is closed; its owner closes it
   */
  public static RelayServer start(Identity identity, RelayConfig config, MailStore mail)
      throws RelayStartException {
    Mailroom mailroom = new Mailroom(mail, config.mailbox(), Clock.systemUTC());
    return start(
        identity, config, RelayCore.Timing.DEFAULT, Ticker.systemTicker(), Optional.of(mailroom));
  }

  static RelayServer start(
      Identity identity, RelayConfig config, RelayCore.Timing timing, Ticker ticker)
      throws RelayStartException {
    return start(identity, config, timing, ticker, Optional.empty());
  }

  static RelayServer start(
      Identity identity,
      RelayConfig config,
      RelayCore.Timing timing,
      Ticker ticker,
      Optional<Mailroom> mailroom)
      throws RelayStartException {
    SslContext tls = RelayTls.context(config.tls(), identity);
    boolean behindProxy = config.tls() instanceof Tls.Off;
    RelayCore core = new RelayCore(identity, config.limits(), behindProxy, timing, ticker);
    ServerSockets sockets = new ServerSockets(Runtime.getRuntime().availableProcessors());
    mailroom.ifPresent(
        room ->
            core.setMail(
                new MailService(
                    room,
                    core.directory,
                    new MailRates(config.mailbox().requestsPerAddressPerSecond(), ticker))));
    try {
      RelayServer server = bind(core, sockets, config, tls);
      MailService mail = core.mail();
      if (mail != null) {
        mail.start(sockets.loops());
      }
      sockets
          .loops()
          .scheduleAtFixedRate(core.slots::expire, EXPIRE_SECONDS, EXPIRE_SECONDS, SECONDS);
      log.info("relay {} listens; STUN on UDP {}", server.url(), server.stunAddress());
      return server;
    } catch (RelayStartException e) {
      sockets.loops().shutdownGracefully(0, 1, TimeUnit.SECONDS);
      throw e;
    }
  }

  private static RelayServer bind(
      RelayCore core, ServerSockets sockets, RelayConfig config, @Nullable SslContext tls)
      throws RelayStartException {
    for (int attempt = 1; ; attempt++) {
      Channel tcp =
          sockets.listen(
              config.listen(), new AcceptGate(core), new ConnectionInitializer(core, tls));
      InetSocketAddress bound = (InetSocketAddress) tcp.localAddress();
      InetSocketAddress stun =
          config.stun().orElse(new InetSocketAddress(bound.getAddress(), bound.getPort()));
      try {
        Channel udp = sockets.stun(stun, stunHandler(core));
        core.setStun(stunHost(stun, bound), ((InetSocketAddress) udp.localAddress()).getPort());
        return new RelayServer(core, sockets, tcp, udp);
      } catch (RelayStartException e) {
        tcp.close().awaitUninterruptibly();
        boolean freePort = config.listen().getPort() == 0 && config.stun().isEmpty();
        if (!freePort || attempt == PORT_ATTEMPTS) {
          throw e;
        }
      }
    }
  }

  /** Named only where clients could not guess it: STUN has an address of its own. */
  private static String stunHost(InetSocketAddress stun, InetSocketAddress tcp) {
    boolean same =
        stun.getAddress().isAnyLocalAddress() || stun.getAddress().equals(tcp.getAddress());
    return same ? "" : stun.getAddress().getHostAddress();
  }

  private static StunServerHandler stunHandler(RelayCore core) {
    TokenBucket bucket = new TokenBucket(core.limits().stunPerSecond(), core.ticker.read());
    return new StunServerHandler(
        () -> {
          int rate = core.limits().stunPerSecond();
          return bucket.tryTake(1, rate, rate, core.ticker.read());
        },
        outcome -> {
          switch (outcome) {
            case ANSWERED -> core.counters.stunAnswers.increment();
            case MALFORMED -> core.counters.refused(Refusal.STUN_MALFORMED, "UDP");
            case OVER_RATE -> core.counters.refused(Refusal.STUN_RATE, "UDP");
          }
        });
  }

  /** Where TCP is bound. */
  public InetSocketAddress address() {
    return (InetSocketAddress) tcp.localAddress();
  }

  /** Where STUN is bound, on UDP. */
  public InetSocketAddress stunAddress() {
    return (InetSocketAddress) udp.localAddress();
  }

  /**
   * HOST:PORT#ID, as clients without a certificate authority take it. Where the relay is bound to
   * every address, HOST is one of this machine's.
   */
  public RelayUrl url() {
    return new RelayUrl(
        RelayHost.of(address().getAddress()),
        address().getPort(),
        RelayUrl.DEFAULT_PATH,
        false,
        Optional.of(core.identity.id()));
  }

  /**
   * Puts new limits in force, for connections that are there too. Only the largest frame of a
   * connection that is there does not grow.
   */
  public void reload(Limits limits) {
    core.setLimits(limits);
    core.directory.all().forEach(Session::applyLimits);
    log.info("limits in force: {}", limits);
  }

  /** The limits in force. */
  public Limits limits() {
    return core.limits();
  }

  public RelayStats stats() {
    return core.counters.snapshot(core.directory.size());
  }

  /** Tells the clients to come back soon, waits a moment for them to read it, and ends. Blocks. */
  @Override
  public void close() {
    tcp.close().awaitUninterruptibly();
    udp.close().awaitUninterruptibly();
    List<Session> sessions = List.copyOf(core.directory.all());
    for (Session session : sessions) {
      Duration retryAfter = Duration.ofMillis(core.random.nextInt(MAX_RETRY_JITTER_MILLIS));
      session.goAway(GoAway.Reason.RESTARTING, "the relay restarts", retryAfter);
    }
    // Each ends when its client has read that, or when it has lingered long enough.
    long deadline = core.ticker.read() + GOODBYE.toNanos();
    for (Session session : sessions) {
      session.closeFuture().awaitUninterruptibly(deadline - core.ticker.read(), NANOSECONDS);
    }
    MailService mail = core.mail();
    if (mail != null) {
      mail.close();
    }
    sockets.loops().shutdownGracefully(0, GOODBYE.toMillis(), TimeUnit.MILLISECONDS);
    sockets.loops().terminationFuture().awaitUninterruptibly(2 * GOODBYE.toMillis());
  }
}
