package dev.parley.cli;

import dev.parley.cli.text.Durations;
import dev.parley.cli.text.Json;
import dev.parley.cli.text.Plain;
import dev.parley.cli.text.Style;
import dev.parley.cli.text.Table;
import dev.parley.cli.text.Words;
import dev.parley.control.v1.NetworkSide;
import dev.parley.control.v1.PathKind;
import dev.parley.control.v1.PathTransport;
import dev.parley.control.v1.Remedy;
import dev.parley.control.v1.TriedCandidate;
import dev.parley.control.v1.WhyReply;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The report on the way to a peer as it is printed. */
record ShownWhy(WhyReply reply) {

  Json json() {
    boolean connected = reply.hasPath();
    return new Json()
        .put("peerId", reply.getPeerId())
        .put("peerName", absent(reply.getPeerName()))
        .put("verdict", Words.of(reply.getVerdict()))
        .put("cause", reply.getCause())
        .put("sentence", reply.getSentence())
        .putObjects(
            "help",
            reply.getHelpList().stream()
                .map(
                    remedy ->
                        new Json().put("action", remedy.getAction()).put("text", remedy.getText()))
                .toList())
        .put("path", connected ? Words.of(reply.getPath().getKind()) : null)
        .put("transport", connected ? Words.of(reply.getPath().getTransport()) : null)
        .put("remote", connected ? reply.getPath().getRemote() : null)
        .putMillis("rttMs", reply.getPath().getRttMicros())
        .putObject("here", reply.hasHere() ? json(reply.getHere()) : null)
        .putObject("there", reply.hasThere() ? json(reply.getThere()) : null)
        .putObjects("candidates", reply.getCandidatesList().stream().map(ShownWhy::json).toList())
        .put("lastAttempt", absent(reply.getLastAttempt()));
  }

  private static Json json(NetworkSide side) {
    Json json =
        new Json()
            .put("udp", side.getUdp())
            .put("ipv4", side.getIpv4())
            .put("ipv6", side.getIpv6())
            .put("mapping", Words.of(side.getMapping()))
            .put("filtering", Words.of(side.getFiltering()));
    return (side.hasHairpin() ? json.put("hairpin", side.getHairpin()) : json.putNull("hairpin"))
        .put("portMapped", side.getPortMapping())
        .put("ageMs", side.getAgeMillis());
  }

  private static Json json(TriedCandidate candidate) {
    Json json =
        new Json()
            .put("remote", candidate.getRemote())
            .put("path", Words.of(candidate.getKind()))
            .put("transport", Words.of(candidate.getTransport()))
            .put("type", Words.of(candidate.getType()))
            .put("state", Words.of(candidate.getState()))
            .put("check", Words.of(candidate.getCheck()))
            .put("inUse", candidate.getInUse())
            .put("probesSent", candidate.getProbesSent())
            .put("probesAnswered", candidate.getProbesAnswered());
    return (candidate.hasSilentMillis()
            ? json.put("silentMs", candidate.getSilentMillis())
            : json.putNull("silentMs"))
        .putMillis("rttMs", candidate.getRttMicros())
        .put("failure", absent(candidate.getFailure()));
  }

  String text(Style style) {
    StringBuilder text = new StringBuilder();
    String who = reply.getPeerName().isEmpty() ? reply.getPeerId() : reply.getPeerName();
    text.append(Plain.line(who)).append(" is ").append(Words.of(reply.getVerdict()));
    if (reply.hasPath()) {
      text.append(", by ").append(Plain.line(reply.getPath().getRemote()));
    }
    text.append("\n\n").append(Plain.line(reply.getSentence()));
    if (!reply.getCause().equals("none")) {
      text.append(style.dim(" (" + Plain.line(reply.getCause()) + ")"));
    }
    text.append('\n');
    if (reply.getHelpCount() > 0) {
      text.append("\nWhat would help:\n");
      for (Remedy remedy : reply.getHelpList()) {
        text.append("  - ").append(Plain.line(remedy.getText())).append('\n');
      }
    }
    text.append('\n').append(sides().show(style));
    if (reply.getCandidatesCount() > 0) {
      text.append('\n').append(candidates().show(style));
    }
    if (!reply.getLastAttempt().isEmpty()) {
      text.append("\nLast attempt: ").append(Plain.line(reply.getLastAttempt())).append('\n');
    }
    return text.toString().stripTrailing();
  }

  private Table sides() {
    @Nullable NetworkSide here = reply.hasHere() ? reply.getHere() : null;
    @Nullable NetworkSide there = reply.hasThere() ? reply.getThere() : null;
    Table table = new Table("NETWORK", "HERE", "THERE");
    if (here == null && there == null) {
      return table.row("", "not measured", "not told");
    }
    return table
        .row(
            "UDP",
            here == null ? "not measured" : udp(here),
            there == null ? "not told" : udp(there))
        .row("IP", families(here), families(there))
        .row("mapping", mapping(here), mapping(there))
        .row("filtering", filtering(here), filtering(there))
        .row("hairpin", hairpin(here), hairpin(there))
        .row("port mapped", portMapped(here), portMapped(there))
        .row("measured", age(here), age(there));
  }

  private static String udp(NetworkSide side) {
    return side.getUdp() ? "works" : "no STUN server answers";
  }

  private static String families(@Nullable NetworkSide side) {
    if (side == null || !side.getUdp()) {
      return "-";
    }
    return side.getIpv4() && side.getIpv6() ? "v4, v6" : side.getIpv6() ? "v6" : "v4";
  }

  private static String mapping(@Nullable NetworkSide side) {
    return side == null ? "-" : Words.of(side.getMapping());
  }

  private static String filtering(@Nullable NetworkSide side) {
    return side == null ? "-" : Words.of(side.getFiltering());
  }

  private static String hairpin(@Nullable NetworkSide side) {
    if (side == null || !side.hasHairpin()) {
      return "-";
    }
    return side.getHairpin() ? "yes" : "no";
  }

  private static String portMapped(@Nullable NetworkSide side) {
    if (side == null) {
      return "-";
    }
    return side.getPortMapping() ? "yes" : "no";
  }

  private static String age(@Nullable NetworkSide side) {
    return side == null ? "-" : Durations.show(Duration.ofMillis(side.getAgeMillis())) + " ago";
  }

  private Table candidates() {
    Table table = new Table("CANDIDATE", "TYPE", "STATE", "CHECK", "PROBES", "RTT", "");
    for (TriedCandidate candidate : reply.getCandidatesList()) {
      long micros = candidate.getRttMicros();
      table.row(
          remote(candidate),
          word(Words.of(candidate.getType()), word(Words.of(candidate.getKind()), "-")),
          word(Words.of(candidate.getState()), "-"),
          word(Words.of(candidate.getCheck()), "-"),
          candidate.getProbesAnswered() + "/" + candidate.getProbesSent(),
          micros == 0 ? "-" : Durations.show(Duration.ofNanos(micros * 1_000)),
          candidate.getInUse() ? "in use" : Plain.line(candidate.getFailure()));
    }
    return table;
  }

  private static String remote(TriedCandidate candidate) {
    String remote = Plain.line(candidate.getRemote());
    return candidate.getTransport() == PathTransport.PATH_TRANSPORT_TCP
            && candidate.getKind() == PathKind.PATH_KIND_DIRECT
        ? remote + " (tcp)"
        : remote;
  }

  private static String word(@Nullable String word, String otherwise) {
    return Objects.requireNonNullElse(word, otherwise);
  }

  private static @Nullable String absent(String text) {
    return text.isEmpty() ? null : text;
  }
}
