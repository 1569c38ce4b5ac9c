package dev.parley.node;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import dev.parley.nat.candidate.HostCandidates;
import dev.parley.nat.ice.IceLocals;
import dev.parley.nat.stun.StunClient;
import io.netty.util.concurrent.Future;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where this node can be reached: the addresses of its interfaces, what the gateway forwards, and
 * what STUN servers see. Owned by the event loop.
 */
final class OwnAddresses {
  private static final Logger log = LoggerFactory.getLogger(OwnAddresses.class);

  /** Remembered: those of the configuration and of the relays, and more are not needed. */
  private static final int MAX_SERVERS = 32;

  private final InetSocketAddress bound;
  private final StunClient stun;
  private final Executor resolver;
  private final Executor loop;
  private final Runnable onChange;
  private final Map<InetSocketAddress, InetSocketAddress> reflexive = new LinkedHashMap<>();
  private final Set<InetSocketAddress> servers = new LinkedHashSet<>();
  private final Set<InetSocketAddress> mapped = new LinkedHashSet<>();
  private int awaited;
  private ImmutableList<InetSocketAddress> hosts = ImmutableList.of();
  private ImmutableList<HostCandidates.Local> interfaces = ImmutableList.of();

  OwnAddresses(
      InetSocketAddress bound,
      StunClient stun,
      Executor resolver,
      Executor loop,
      Runnable onChange) {
    this.bound = bound;
    this.stun = stun;
    this.resolver = resolver;
    this.loop = loop;
    this.onChange = onChange;
  }

  /** Best first: reflexive addresses reach further, but those of the interfaces cost nothing. */
  ImmutableList<InetSocketAddress> all() {
    return ImmutableSet.<InetSocketAddress>builder()
        .addAll(hosts)
        .addAll(mapped)
        .addAll(reflexive.values())
        .build()
        .asList();
  }

  /** The same, as the peers' checks want them: by where they come from. */
  IceLocals locals() {
    return new IceLocals(
        hosts, ImmutableList.copyOf(mapped), ImmutableSet.copyOf(reflexive.values()).asList());
  }

  /** The servers that were asked so far. */
  ImmutableList<InetSocketAddress> stunServers() {
    return ImmutableList.copyOf(servers);
  }

  /** Whether one of a peer's addresses is what STUN servers see of this side's NAT. */
  boolean isBehindSameNat(Set<InetAddress> ofPeer) {
    return reflexive.values().stream()
        .map(InetSocketAddress::getAddress)
        .filter(outer -> interfaces.stream().noneMatch(own -> own.address().equals(outer)))
        .anyMatch(ofPeer::contains);
  }

  /** The gateway forwards this address to the port, from now on or no longer. */
  void mapped(InetSocketAddress external, boolean holds) {
    if (holds ? mapped.add(external) : mapped.remove(external)) {
      onChange.run();
    }
  }

  /** Looks at the interfaces again; true when they are not what they were. */
  boolean refresh() {
    ImmutableList<HostCandidates.Local> now;
    try {
      now = HostCandidates.interfaces();
    } catch (SocketException e) {
      log.warn("the network interfaces cannot be listed: {}", e.toString());
      return false;
    }
    if (now.equals(interfaces)) {
      return false;
    }
    interfaces = now;
    hosts = HostCandidates.of(now, bound);
    reflexive.clear();
    return true;
  }

  /** Asks a STUN server, which may still have to be looked up, how it sees this node's port. */
  void ask(InetSocketAddress server) {
    if (!server.isUnresolved()) {
      query(server);
      return;
    }
    resolver.execute(
        () -> {
          InetSocketAddress found = new InetSocketAddress(server.getHostString(), server.getPort());
          loop.execute(
              () -> {
                if (found.isUnresolved()) {
                  log.info("the STUN server {} has no address", server.getHostString());
                } else {
                  query(found);
                }
              });
        });
  }

  /** Asks those that have been asked before, unless answers are awaited at the moment. */
  void askAgain() {
    if (awaited == 0) {
      ImmutableList.copyOf(servers).forEach(this::query);
    }
  }

  private void query(InetSocketAddress server) {
    InetAddress own = bound.getAddress();
    boolean reachable = own.isAnyLocalAddress() || own.getClass() == server.getAddress().getClass();
    if (!reachable || own.isLoopbackAddress() && !server.getAddress().isLoopbackAddress()) {
      return;
    }
    if (servers.size() < MAX_SERVERS) {
      servers.add(server);
    }
    awaited++;
    stun.query(server)
        .addListener(
            (Future<InetSocketAddress> answer) -> {
              awaited--;
              if (!answer.isSuccess()) {
                log.info("no STUN answer from {}: {}", server, answer.cause().getMessage());
              } else if (!answer.getNow().equals(reflexive.put(server, answer.getNow()))) {
                onChange.run();
              }
            });
  }
}
