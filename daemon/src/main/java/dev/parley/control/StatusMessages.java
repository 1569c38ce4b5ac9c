package dev.parley.control;

import dev.parley.contacts.Contacts;
import dev.parley.control.v1.FilesSummary;
import dev.parley.control.v1.LinkState;
import dev.parley.control.v1.NodeStatus;
import dev.parley.control.v1.PeerStatus;
import dev.parley.control.v1.RelayState;
import dev.parley.control.v1.RelayStatus;
import dev.parley.control.v1.Salvage;
import java.util.Map;

/** Writes the node's status as the control API does. Immutable. */
final class StatusMessages {
  private final String version;
  private final Drops drops;
  private final ForwardMessages forwards;

  StatusMessages(String version, Drops drops, Contacts contacts) {
    this.version = version;
    this.drops = drops;
    this.forwards = new ForwardMessages(contacts);
  }

  NodeStatus of(dev.parley.node.NodeStatus status) {
    NodeStatus.Builder message =
        NodeStatus.newBuilder()
            .setPeerId(status.id().toString())
            .setVersion(version)
            .setPid(ProcessHandle.current().pid())
            .setStartedAtMillis(status.startedAt().toEpochMilli())
            .setListen(status.listen())
            .addAllAddresses(status.addresses())
            .setUnread(status.unread())
            .putAllDropped(status.dropped())
            .setForwards(forwards.of(status.forwards()));
    for (Map.Entry<String, Long> drop : drops.snapshot().entrySet()) {
      message.putDropped(drop.getKey(), drop.getValue());
    }
    message.setFiles(
        FilesSummary.newBuilder()
            .setOffers(status.files().offers())
            .setActive(status.files().active())
            .setWaiting(status.files().waiting()));
    status.salvages().forEach(salvage -> message.addSalvages(of(salvage)));
    status.relays().forEach(relay -> message.addRelays(of(relay)));
    status.peers().forEach(peer -> message.addPeers(of(peer)));
    return message.build();
  }

  private static Salvage of(dev.parley.node.NodeStatus.Salvage salvage) {
    return Salvage.newBuilder()
        .setDamagedFile(salvage.damaged().toString())
        .setAtMillis(salvage.at().toEpochMilli())
        .setCause(salvage.cause())
        .putAllSaved(salvage.saved())
        .addAllMissing(salvage.missing())
        .build();
  }

  private static RelayStatus of(dev.parley.node.NodeStatus.Relay relay) {
    return RelayStatus.newBuilder()
        .setUrl(relay.url())
        .setState(
            switch (relay.state()) {
              case CONNECTING -> RelayState.RELAY_STATE_CONNECTING;
              case CONNECTED -> RelayState.RELAY_STATE_CONNECTED;
              case WAITING -> RelayState.RELAY_STATE_WAITING;
              case STANDBY -> RelayState.RELAY_STATE_STANDBY;
            })
        .setHome(relay.home())
        .setRttMicros(relay.rtt().map(Wire::micros).orElse(0L))
        .setProblem(relay.problem())
        .build();
  }

  private static PeerStatus of(dev.parley.node.NodeStatus.Peer peer) {
    PeerStatus.Builder message =
        PeerStatus.newBuilder()
            .setPeerId(peer.id().toString())
            .setName(peer.name())
            .setState(
                switch (peer.state()) {
                  case IDLE -> LinkState.LINK_STATE_IDLE;
                  case CONNECTING -> LinkState.LINK_STATE_CONNECTING;
                  case CONNECTED -> LinkState.LINK_STATE_CONNECTED;
                  case UNREACHABLE -> LinkState.LINK_STATE_UNREACHABLE;
                })
            .setOutbox(peer.outbox())
            .setUnread(peer.unread())
            .setProblem(peer.problem())
            .setSinceMillis(peer.since().toEpochMilli())
            .setOpenChannels(peer.openChannels());
    peer.path().ifPresent(path -> message.setPath(Wire.path(path)));
    return message.build();
  }
}
