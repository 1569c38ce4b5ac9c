package dev.parley.nat.ice;

import com.google.common.collect.ImmutableList;
import java.net.InetSocketAddress;
import java.util.Collection;
import org.ice4j.Transport;
import org.ice4j.TransportAddress;
import org.ice4j.ice.CandidateExtendedType;
import org.ice4j.ice.Component;
import org.ice4j.ice.HostCandidate;
import org.ice4j.ice.LocalCandidate;
import org.ice4j.ice.ServerReflexiveCandidate;
import org.ice4j.ice.harvest.AbstractCandidateHarvester;
import org.ice4j.socket.IceSocketWrapper;

/** "Gathers" what is known already: one host candidate per port, and how it looks from outside. */
final class VirtualHarvester extends AbstractCandidateHarvester {
  private final ImmutableList<CheckPort> ports;
  private final IceLocals locals;

  VirtualHarvester(ImmutableList<CheckPort> ports, IceLocals locals) {
    this.ports = ports;
    this.locals = locals;
  }

  @Override
  public boolean isHostHarvester() {
    return true;
  }

  @Override
  public Collection<LocalCandidate> harvest(Component component) {
    ports.forEach(port -> add(port, component));
    return component.getLocalCandidates();
  }

  private void add(CheckPort port, Component component) {
    VirtualSocket socket = new VirtualSocket(port);
    HostCandidate host =
        new HostCandidate(socket, component) {
          @Override
          public IceSocketWrapper getStunSocket(TransportAddress server) {
            return socket;
          }
        };
    boolean added = component.addLocalCandidate(host);
    if (!added) {
      return;
    }
    component.getParentStream().getParentAgent().getStunStack().addSocket(socket);
    for (InetSocketAddress outside : locals.outside(port.isIpv6())) {
      TransportAddress address = transportAddress(outside);
      boolean isNew =
          component.addLocalCandidate(
              new ServerReflexiveCandidate(
                  address, host, address, CandidateExtendedType.STUN_SERVER_REFLEXIVE_CANDIDATE));
      if (!isNew) {
        return;
      }
    }
  }

  static TransportAddress transportAddress(InetSocketAddress address) {
    return new TransportAddress(address, Transport.UDP);
  }
}
