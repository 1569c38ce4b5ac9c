package dev.parley.relay;

import dev.parley.config.RelayConfig;
import dev.parley.config.RelayConfig.Limits;
import dev.parley.config.RelayConfig.Tls;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;

/** Relay configurations for tests. */
public final class TestRelays {
  private TestRelays() {}

  public static InetSocketAddress loopback(int port) {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
  }

  public static RelayConfig config(int port, Tls tls, Limits limits) {
    return new RelayConfig(loopback(port), Optional.empty(), tls, limits);
  }

  public static RelayConfig config(Tls tls, Limits limits) {
    return config(0, tls, limits);
  }

  public static RelayConfig config() {
    return config(new Tls.SelfSigned(), Limits.DEFAULT);
  }

  /** The default limits with some of them changed. */
  public static final class LimitsBuilder {
    public int maxClients = Limits.DEFAULT.maxClients();
    public int maxHandshakes = Limits.DEFAULT.maxHandshakes();
    public int maxNewConnectionsPerSecond = Limits.DEFAULT.maxNewConnectionsPerSecond();
    public int maxNewConnectionsPerAddressPerSecond =
        Limits.DEFAULT.maxNewConnectionsPerAddressPerSecond();
    public Duration handshakeTimeout = Limits.DEFAULT.handshakeTimeout();
    public int maxDatagramBytes = Limits.DEFAULT.maxDatagramBytes();
    public int sendQueueBytes = Limits.DEFAULT.sendQueueBytes();
    public long bytesPerSecondPerClient = Limits.DEFAULT.bytesPerSecondPerClient();
    public int stunPerSecond = Limits.DEFAULT.stunPerSecond();

    public static Limits limits(java.util.function.Consumer<LimitsBuilder> change) {
      LimitsBuilder b = new LimitsBuilder();
      change.accept(b);
      return new Limits(
          b.maxClients,
          b.maxHandshakes,
          b.maxNewConnectionsPerSecond,
          b.maxNewConnectionsPerAddressPerSecond,
          b.handshakeTimeout,
          b.maxDatagramBytes,
          b.sendQueueBytes,
          b.bytesPerSecondPerClient,
          b.stunPerSecond);
    }
  }
}
