package dev.parley.nat.sim;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import dev.parley.nat.candidate.HostCandidates;
import dev.parley.nat.stun.StunClient;
import io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Where a mini-node can be reached: its interface, and what STUN servers see. */
final class MiniAddresses {
  private static final String INTERFACE = "eth0";

  private final MiniNode node;
  private final StunClient stun;
  private final Map<InetSocketAddress, InetSocketAddress> reflexive = new LinkedHashMap<>();
  private ImmutableList<InetSocketAddress> hosts = ImmutableList.of();

  MiniAddresses(MiniNode node, StunClient stun) {
    this.node = node;
    this.stun = stun;
  }

  ImmutableList<InetSocketAddress> all() {
    return ImmutableSet.<InetSocketAddress>builder()
        .addAll(hosts)
        .addAll(reflexive.values())
        .build()
        .asList();
  }

  ImmutableList<InetSocketAddress> hosts() {
    return hosts;
  }

  ImmutableList<InetSocketAddress> reflexive() {
    return ImmutableSet.copyOf(reflexive.values()).asList();
  }

  /** Looks at the interfaces again; true when they are not what they were. */
  boolean refresh() {
    ImmutableList<InetSocketAddress> now =
        HostCandidates.of(
            List.of(new HostCandidates.Local(INTERFACE, node.site().address())),
            new InetSocketAddress("0.0.0.0", MiniNode.PORT));
    if (now.equals(hosts)) {
      return false;
    }
    hosts = now;
    reflexive.clear();
    return true;
  }

  void ask(InetSocketAddress server) {
    stun.query(server)
        .addListener(
            (Future<InetSocketAddress> answer) -> {
              if (answer.isSuccess()
                  && !answer.getNow().equals(reflexive.put(server, answer.getNow()))) {
                node.announce();
              }
            });
  }
}
