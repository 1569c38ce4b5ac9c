package dev.parley.nat.mapping;

import dev.parley.nat.mapping.PcpCodec.MapRequest;
import dev.parley.nat.mapping.PcpCodec.Mapped;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;

/** PCP's MAP (RFC 6887 §11). Over IPv6 what it opens is the firewall. */
final class PcpClient implements MappingClient {
  private final Gateway gateway;
  private final MappedTransport transport;
  private final int port;
  private final byte[] nonce;
  private final EpochWatch epoch;

  /**
   * @param nonce proves that later requests are of whoever made the mapping (RFC 6887 §11.2)
   */
  PcpClient(Gateway gateway, MappedTransport transport, int port, byte[] nonce, EpochWatch epoch) {
    this.gateway = gateway;
    this.transport = transport;
    this.port = port;
    this.nonce = nonce.clone();
    this.epoch = epoch;
  }

  @Override
  public Protocol protocol() {
    return Protocol.PCP;
  }

  @Override
  public Grant map(int externalPort, Duration lifetime) throws IOException {
    Mapped mapped = exchange(externalPort, lifetime.toSeconds());
    epoch.isContinuous(mapped.epochSeconds());
    if (!Grant.isPlausible(mapped.external()) || mapped.lifetimeSeconds() == 0) {
      throw new MappingException("PCP grants " + mapped + ", which is of no use");
    }
    return new Grant(mapped.external(), Duration.ofSeconds(mapped.lifetimeSeconds()));
  }

  @Override
  public boolean stillThere() throws IOException {
    return epoch.isContinuous(
        Exchange.ask(
            gateway.local(),
            gateway.pcp(),
            PcpCodec.announce(gateway.local()),
            PcpCodec::readAnnounce));
  }

  @Override
  public void release() throws IOException {
    exchange(0, 0);
  }

  private Mapped exchange(int externalPort, long lifetimeSeconds) throws IOException {
    MapRequest request =
        new MapRequest(
            gateway.local(),
            nonce,
            transport,
            port,
            new InetSocketAddress(anyLike(gateway.local()), externalPort),
            lifetimeSeconds);
    return Exchange.ask(
        gateway.local(),
        gateway.pcp(),
        PcpCodec.map(request),
        answer -> PcpCodec.readMap(answer, request));
  }

  /** "No suggestion" in the family that is wanted (RFC 6887 §11.1). */
  private static InetAddress anyLike(InetAddress address) {
    try {
      return InetAddress.getByAddress(new byte[address.getAddress().length]);
    } catch (UnknownHostException e) {
      throw new IllegalStateException("as long as an address", e);
    }
  }
}
