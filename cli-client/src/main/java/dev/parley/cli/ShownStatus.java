package dev.parley.cli;

import dev.parley.cli.text.Durations;
import dev.parley.cli.text.Json;
import dev.parley.cli.text.Plain;
import dev.parley.cli.text.Style;
import dev.parley.cli.text.Table;
import dev.parley.cli.text.Words;
import dev.parley.control.v1.NodeStatus;
import dev.parley.control.v1.Path;
import dev.parley.control.v1.PeerStatus;
import dev.parley.control.v1.RelayStatus;
import dev.parley.control.v1.Salvage;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The status as it is printed. */
record ShownStatus(NodeStatus status) {

  Json json() {
    return new Json()
        .put("peerId", status.getPeerId())
        .put("version", status.getVersion())
        .put("pid", status.getPid())
        .putTime("startedAt", status.getStartedAtMillis())
        .put("listen", status.getListen())
        .putStrings("addresses", status.getAddressesList())
        .putObjects("relays", status.getRelaysList().stream().map(ShownStatus::json).toList())
        .putObjects("peers", status.getPeersList().stream().map(ShownStatus::json).toList())
        .put("unread", status.getUnread())
        .putCounts("dropped", status.getDroppedMap())
        .putObjects("salvages", status.getSalvagesList().stream().map(ShownStatus::json).toList())
        .putObjects(
            "services",
            status.getForwards().getServicesList().stream().map(ShownForwards::json).toList())
        .putObjects(
            "forwards",
            status.getForwards().getForwardsList().stream().map(ShownForwards::json).toList());
  }

  private static Json json(RelayStatus relay) {
    return new Json()
        .put("url", relay.getUrl())
        .put("state", Words.of(relay.getState()))
        .put("home", relay.getHome())
        .putMillis("rttMs", relay.getRttMicros())
        .put("problem", orNull(relay.getProblem()));
  }

  private static Json json(Salvage salvage) {
    return new Json()
        .put("damagedFile", salvage.getDamagedFile())
        .putTime("at", salvage.getAtMillis())
        .put("cause", salvage.getCause())
        .putCounts("saved", salvage.getSavedMap())
        .putStrings("missing", salvage.getMissingList());
  }

  /** For people: what became of damaged databases. */
  static String warning(Salvage salvage) {
    return "the database was damaged on "
        + Instant.ofEpochMilli(salvage.getAtMillis())
        + " and set aside as "
        + Plain.line(salvage.getDamagedFile())
        + "; missing: "
        + (salvage.getMissingCount() == 0
            ? "nothing that is known of"
            : Plain.line(String.join("; ", salvage.getMissingList())))
        + " (told until you remove that file)";
  }

  private static Json json(PeerStatus peer) {
    Path path = peer.getPath();
    return new Json()
        .put("peerId", peer.getPeerId())
        .put("name", orNull(peer.getName()))
        .put("state", Words.of(peer.getState()))
        .put("path", Words.of(path.getKind()))
        .put("transport", Words.of(path.getTransport()))
        .put("remote", orNull(path.getRemote()))
        .putMillis("rttMs", path.getRttMicros())
        .put("outbox", peer.getOutbox())
        .put("unread", peer.getUnread())
        .put("openChannels", peer.getOpenChannels())
        .put("problem", orNull(peer.getProblem()))
        .putTime("since", peer.getSinceMillis());
  }

  private static @Nullable String orNull(String text) {
    return text.isEmpty() ? null : text;
  }

  String text(Style style, Instant now) {
    StringBuilder text = new StringBuilder();
    Duration up = Duration.between(Instant.ofEpochMilli(status.getStartedAtMillis()), now);
    line(text, style, "id", style.bold(status.getPeerId()));
    line(
        text,
        style,
        "daemon",
        status.getVersion() + ", up " + Durations.show(up) + ", process " + status.getPid());
    line(text, style, "listen", status.getListen());
    line(text, style, "known as", String.join("  ", status.getAddressesList()));
    line(text, style, "unread", Long.toString(status.getUnread()));
    if (status.getDroppedCount() > 0) {
      line(text, style, "dropped", dropped());
    }
    status
        .getSalvagesList()
        .forEach(salvage -> line(text, style, "damage", style.bad(warning(salvage))));
    text.append('\n').append(relays(style)).append('\n').append(peers(style));
    if (status.getForwards().getServicesCount() > 0) {
      text.append('\n')
          .append(ShownForwards.services(status.getForwards().getServicesList()).show(style));
    }
    if (status.getForwards().getForwardsCount() > 0) {
      text.append('\n')
          .append(ShownForwards.forwards(status.getForwards().getForwardsList()).show(style));
    }
    return text.toString().stripTrailing();
  }

  private static void line(StringBuilder text, Style style, String name, String value) {
    String padded = name + " ".repeat(Math.max(0, 10 - name.length()));
    text.append(style.dim(padded)).append(value.isEmpty() ? "-" : value).append('\n');
  }

  private String dropped() {
    StringBuilder text = new StringBuilder();
    status.getDroppedMap().entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(
            drop ->
                text.append(text.isEmpty() ? "" : ", ")
                    .append(drop.getValue())
                    .append(' ')
                    .append(drop.getKey()));
    return text.toString();
  }

  private String relays(Style style) {
    if (status.getRelaysCount() == 0) {
      return style.dim("no relay: peers must be able to reach this machine directly\n");
    }
    Table table = new Table("RELAY", "STATE", "RTT", "");
    for (RelayStatus relay : status.getRelaysList()) {
      table.row(
          shortened(relay.getUrl()),
          Words.of(relay.getState()),
          rtt(relay.getRttMicros()),
          relay.getProblem().isEmpty()
              ? (relay.getHome() ? "home" : "")
              : Plain.line(relay.getProblem()));
    }
    return table.show(style);
  }

  private String peers(Style style) {
    if (status.getPeersCount() == 0) {
      return style.dim("no peers yet: `parley contact add NAME TICKET` adds one\n");
    }
    Table table = new Table("PEER", "STATE", "PATH", "VIA", "RTT", "OUTBOX", "UNREAD", "");
    for (PeerStatus peer : status.getPeersList()) {
      Path path = peer.getPath();
      String kind = Words.of(path.getKind());
      String transport = Words.of(path.getTransport());
      table.row(
          peer.getName().isEmpty() ? shortId(peer.getPeerId()) : Plain.line(peer.getName()),
          Words.of(peer.getState()),
          kind == null ? "-" : kind,
          kind == null ? "-" : transport + " " + shortened(path.getRemote()),
          rtt(path.getRttMicros()),
          Long.toString(peer.getOutbox()),
          Long.toString(peer.getUnread()),
          remark(peer));
    }
    return table.show(style);
  }

  private static String remark(PeerStatus peer) {
    int open = peer.getOpenChannels();
    return peer.getProblem().isEmpty() && open != 0
        ? Integer.toUnsignedString(open) + (open == 1 ? " channel" : " channels")
        : Plain.line(peer.getProblem());
  }

  private static String rtt(long micros) {
    return micros == 0 ? "-" : Durations.show(Duration.ofNanos(micros * 1_000));
  }

  /** A relay's URL ends with 52 characters that say nothing to the eye. */
  private static String shortened(String url) {
    int pin = url.indexOf('#');
    return pin < 0 ? url : url.substring(0, pin + 1) + shortId(url.substring(pin + 1));
  }

  private static String shortId(String id) {
    return id.length() <= 10 ? id : id.substring(0, 10) + "…";
  }
}
