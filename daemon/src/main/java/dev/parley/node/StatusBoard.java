package dev.parley.node;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.parley.channels.ChannelEngine;
import dev.parley.contacts.Contact;
import dev.parley.contacts.Contacts;
import dev.parley.files.FileTransfers;
import dev.parley.forward.Forwards;
import dev.parley.link.Link;
import dev.parley.messaging.ConsumerName;
import dev.parley.messaging.Messages;
import dev.parley.nat.ice.IceEngine;
import dev.parley.proto.id.PeerId;
import dev.parley.relay.client.RelayClient;
import dev.parley.relay.client.RelayPool;
import dev.parley.relay.client.RelayProblem;
import dev.parley.relay.client.RelayStatus;
import dev.parley.store.SalvageReport;
import dev.parley.transport.QuicTransport;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Puts the state of the node together. Runs on the event loop. */
final class StatusBoard {
  /** Whom to ask. */
  record Sources(
      PeerId self,
      Instant startedAt,
      InetSocketAddress listen,
      OwnRecord record,
      RelayPool relays,
      QuicTransport transport,
      IceEngine checks,
      Contacts contacts,
      Messages messages,
      ChannelEngine channels,
      Insight insight,
      ImmutableList<SalvageReport> salvages,
      Forwards forwards,
      FileTransfers files) {}

  private final Sources sources;

  StatusBoard(Sources sources) {
    this.sources = sources;
  }

  NodeStatus now() {
    return new NodeStatus(
        sources.self(),
        sources.startedAt(),
        AddressText.of(sources.listen()),
        sources.record().current().addresses().stream()
            .map(AddressText::of)
            .collect(ImmutableList.toImmutableList()),
        sources.relays().status().stream()
            .map(StatusBoard::relay)
            .collect(ImmutableList.toImmutableList()),
        peers(),
        sources.messages().unread(ConsumerName.DEFAULT),
        dropped(),
        sources.salvages().stream()
            .map(StatusBoard::salvage)
            .collect(ImmutableList.toImmutableList()),
        sources.forwards().status(),
        sources.files().summary());
  }

  private static NodeStatus.Salvage salvage(SalvageReport report) {
    return new NodeStatus.Salvage(
        report.damaged(), report.at(), report.cause(), report.saved(), report.missing());
  }

  private static NodeStatus.Relay relay(RelayStatus relay) {
    NodeStatus.RelayState state =
        relay.standby() && relay.state() == RelayClient.State.IDLE
            ? NodeStatus.RelayState.STANDBY
            : switch (relay.state()) {
              case IDLE, WAITING -> NodeStatus.RelayState.WAITING;
              case CONNECTING -> NodeStatus.RelayState.CONNECTING;
              case CONNECTED -> NodeStatus.RelayState.CONNECTED;
            };
    return new NodeStatus.Relay(
        relay.url().toString(),
        state,
        relay.home(),
        relay.rtt(),
        relay.problem().map(RelayProblem::sentence).orElse(""));
  }

  /** Every contact, and everyone else with whom there is or should be a link. */
  private ImmutableList<NodeStatus.Peer> peers() {
    Map<PeerId, QuicTransport.LinkStatus> links = new LinkedHashMap<>();
    for (QuicTransport.LinkStatus link : sources.transport().statuses()) {
      links.put(link.peer(), link);
    }
    ImmutableList.Builder<NodeStatus.Peer> peers = ImmutableList.builder();
    for (Contact contact : sources.contacts().list()) {
      peers.add(peer(contact.peer(), contact.name(), links.remove(contact.peer())));
    }
    links.values().forEach(link -> peers.add(peer(link.peer(), "", link)));
    return peers.build();
  }

  private NodeStatus.Peer peer(
      PeerId peer, String name, QuicTransport.@org.jspecify.annotations.Nullable LinkStatus link) {
    Optional<Link> current = sources.transport().current(peer);
    NodeStatus.LinkState state;
    if (current.isPresent()) {
      state = NodeStatus.LinkState.CONNECTED;
    } else if (link == null || !link.wanted()) {
      state = NodeStatus.LinkState.IDLE;
    } else {
      state =
          link.problem().isEmpty()
              ? NodeStatus.LinkState.CONNECTING
              : NodeStatus.LinkState.UNREACHABLE;
    }
    return new NodeStatus.Peer(
        peer,
        name,
        state,
        current.map(Link::path),
        sources.messages().outboxSize(peer),
        sources.messages().unread(ConsumerName.DEFAULT, peer),
        link == null || current.isPresent() ? "" : link.problem(),
        link == null ? sources.startedAt() : link.since(),
        sources.channels().openChannels(peer));
  }

  private ImmutableMap<String, Long> dropped() {
    Map<String, Long> all = new TreeMap<>(sources.transport().paths().drops().snapshot());
    all.putAll(sources.transport().dropped());
    long stun = sources.checks().rejected();
    if (stun > 0) {
      all.put("unexpected-stun", stun);
    }
    long relayed = sources.relays().dropped();
    if (relayed > 0) {
      all.put("relay-not-ready", relayed);
    }
    long strays = sources.channels().strayDatagrams();
    if (strays > 0) {
      all.put("stray-datagrams", strays);
    }
    long refused = sources.insight().refused();
    if (refused > 0) {
      all.put("nat-notice-refused", refused);
    }
    return ImmutableMap.copyOf(all);
  }
}
