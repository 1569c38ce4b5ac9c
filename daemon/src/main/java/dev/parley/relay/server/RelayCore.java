package dev.parley.relay.server;

import com.google.common.base.Ticker;
import dev.parley.config.RelayConfig.Limits;
import dev.parley.identity.Identity;
import dev.parley.relay.rendezvous.Slots;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** What all connections of one relay share. Thread-safe. */
final class RelayCore {
  /** What is not configured, and shorter in tests. */
  record Timing(Duration idle, Duration linger) {
    /**
     * A connection that ends lingers until the client has closed it, so that the last word is not
     * lost to a reset; this long at most.
     */
    static final Timing DEFAULT =
        new Timing(
            Duration.ofSeconds(dev.parley.relay.RelayWire.IDLE_SECONDS), Duration.ofSeconds(1));
  }

  /** Of requests about mail that are not complete, from all clients together. */
  static final long MAX_MAIL_BYTES = 16L << 20;

  final Identity identity;
  final Ticker ticker;
  final Timing timing;
  final Counters counters;
  final Directory directory = new Directory();
  final SecureRandom random = new SecureRandom();
  final AtomicLong mailBytes = new AtomicLong();
  final Slots slots;

  /** Whether TLS is off, so that a proxy on this machine speaks for its clients. */
  final boolean behindProxy;

  private volatile Limits limits;
  private volatile @Nullable MailService mail;
  private volatile int stunPort;
  private volatile String stunHost = "";

  RelayCore(Identity identity, Limits limits, boolean behindProxy, Timing timing, Ticker ticker) {
    this.identity = identity;
    this.limits = limits;
    this.behindProxy = behindProxy;
    this.timing = timing;
    this.ticker = ticker;
    this.counters = new Counters(ticker);
    this.slots = new Slots(ticker, random);
  }

  Limits limits() {
    return limits;
  }

  void setLimits(Limits limits) {
    this.limits = limits;
  }

  /** Null when this relay keeps no mail. */
  @Nullable MailService mail() {
    return mail;
  }

  void setMail(MailService mail) {
    this.mail = mail;
  }

  int stunPort() {
    return stunPort;
  }

  /** Empty: the same as the relay's own. */
  String stunHost() {
    return stunHost;
  }

  void setStun(String host, int port) {
    this.stunHost = host;
    this.stunPort = port;
  }
}
