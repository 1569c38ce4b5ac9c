package dev.parley.fuzz;

import dev.parley.backup.BackupFuzz;
import dev.parley.channels.ChannelsFuzz;
import dev.parley.cli.SendInputFuzz;
import dev.parley.config.ConfigFuzz;
import dev.parley.control.ControlFuzz;
import dev.parley.discovery.DiscoveryFuzz;
import dev.parley.discovery.dht.DhtFuzz;
import dev.parley.discovery.lan.LanFuzz;
import dev.parley.files.FileFramesFuzz;
import dev.parley.forward.EndpointFuzz;
import dev.parley.identity.KeyFileFuzz;
import dev.parley.identity.pake.PakeFuzz;
import dev.parley.identity.sealedfile.SealedFileFuzz;
import dev.parley.mailbox.MailboxFuzz;
import dev.parley.messaging.AckFramesFuzz;
import dev.parley.messaging.MessageFramesFuzz;
import dev.parley.nat.ice.IceFuzz;
import dev.parley.nat.mapping.MappingFuzz;
import dev.parley.nat.path.ProbeFuzz;
import dev.parley.nat.stun.StunFuzz;
import dev.parley.nat.tcp.TcpFuzz;
import dev.parley.node.PeerFramesFuzz;
import dev.parley.pairing.PairingFuzz;
import dev.parley.proto.framing.FramingFuzz;
import dev.parley.proto.id.IdFuzz;
import dev.parley.relay.client.RelayAnswersFuzz;
import dev.parley.relay.mailbox.MailRequestsFuzz;
import dev.parley.relay.server.RelayRequestsFuzz;
import dev.parley.store.SearchFuzz;
import dev.parley.store.page.SalvageFuzz;
import dev.parley.transport.TransportFuzz;
import java.util.Collection;
import java.util.List;

/** All targets. Whoever talks to strangers before any proof comes first. */
final class Targets {
  private static final List<Class<?>> SOURCES =
      List.of(
          StunFuzz.class,
          ProbeFuzz.class,
          TransportFuzz.class,
          TcpFuzz.class,
          LanFuzz.class,
          RelayRequestsFuzz.class,
          KeyFileFuzz.class,
          IceFuzz.class,
          MappingFuzz.class,
          RelayAnswersFuzz.class,
          DiscoveryFuzz.class,
          DhtFuzz.class,
          MailRequestsFuzz.class,
          MailboxFuzz.class,
          PairingFuzz.class,
          PakeFuzz.class,
          FramingFuzz.class,
          PeerFramesFuzz.class,
          MessageFramesFuzz.class,
          AckFramesFuzz.class,
          ChannelsFuzz.class,
          EndpointFuzz.class,
          FileFramesFuzz.class,
          ControlFuzz.class,
          SearchFuzz.class,
          ConfigFuzz.class,
          IdFuzz.class,
          SendInputFuzz.class,
          SealedFileFuzz.class,
          BackupFuzz.class,
          SalvageFuzz.class);

  private Targets() {}

  static List<FuzzTarget> all() {
    return SOURCES.stream().map(Targets::of).flatMap(Collection::stream).toList();
  }

  /** The class that has this target. */
  static Class<?> sourceOf(FuzzTarget target) {
    return SOURCES.stream()
        .filter(source -> of(source).stream().anyMatch(it -> it.name().equals(target.name())))
        .findFirst()
        .orElseThrow();
  }

  /** Initializes no class beside this source: instrumented, each takes its time. */
  static FuzzTarget named(String source, String name) throws ClassNotFoundException {
    return of(Class.forName(source)).stream()
        .filter(target -> target.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("there is no target " + name));
  }

  @SuppressWarnings("unchecked") // So are they declared.
  private static List<FuzzTarget> of(Class<?> source) {
    try {
      return (List<FuzzTarget>) source.getMethod("targets").invoke(null);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(source + " has no targets", e);
    }
  }
}
