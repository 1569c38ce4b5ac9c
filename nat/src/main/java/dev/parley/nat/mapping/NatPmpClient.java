package dev.parley.nat.mapping;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;

/** NAT-PMP (RFC 6886): IPv4 alone. */
final class NatPmpClient implements MappingClient {
  private final Gateway gateway;
  private final MappedTransport transport;
  private final int port;
  private final EpochWatch epoch;

  NatPmpClient(Gateway gateway, MappedTransport transport, int port, EpochWatch epoch) {
    this.gateway = gateway;
    this.transport = transport;
    this.port = port;
    this.epoch = epoch;
  }

  @Override
  public Protocol protocol() {
    return Protocol.NAT_PMP;
  }

  @Override
  public Grant map(int externalPort, Duration lifetime) throws IOException {
    NatPmpCodec.External address = external();
    NatPmpCodec.Mapped mapped = exchange(externalPort, lifetime.toSeconds());
    epoch.isContinuous(mapped.epochSeconds());
    InetSocketAddress external = new InetSocketAddress(address.address(), mapped.externalPort());
    if (!Grant.isPlausible(external) || mapped.lifetimeSeconds() == 0) {
      throw new MappingException(
          "NAT-PMP grants " + external + " by " + mapped + ", which is of no use");
    }
    return new Grant(external, Duration.ofSeconds(mapped.lifetimeSeconds()));
  }

  @Override
  public boolean stillThere() throws IOException {
    return epoch.isContinuous(external().epochSeconds());
  }

  @Override
  public void release() throws IOException {
    exchange(0, 0);
  }

  private NatPmpCodec.External external() throws IOException {
    return Exchange.ask(
        gateway.local(), gateway.pcp(), NatPmpCodec.externalAddress(), NatPmpCodec::readExternal);
  }

  private NatPmpCodec.Mapped exchange(int externalPort, long lifetimeSeconds) throws IOException {
    return Exchange.ask(
        gateway.local(),
        gateway.pcp(),
        NatPmpCodec.map(transport, port, externalPort, lifetimeSeconds),
        answer -> NatPmpCodec.readMap(answer, transport, port));
  }
}
