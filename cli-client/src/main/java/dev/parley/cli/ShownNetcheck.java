package dev.parley.cli;

import dev.parley.cli.text.Durations;
import dev.parley.cli.text.Json;
import dev.parley.cli.text.Plain;
import dev.parley.cli.text.Style;
import dev.parley.cli.text.Table;
import dev.parley.cli.text.Words;
import dev.parley.control.v1.NetcheckReply;
import dev.parley.control.v1.RelayLatency;
import java.time.Duration;
import java.util.stream.Collectors;

/** The report on the NAT as it is printed. */
record ShownNetcheck(NetcheckReply reply) {

  Json json() {
    Json json =
        new Json()
            .put("udp", reply.getUdp())
            .put("ipv4", reply.getIpv4())
            .put("ipv6", reply.getIpv6())
            .put("mapping", Words.of(reply.getMapping()))
            .put("filtering", Words.of(reply.getFiltering()));
    return (reply.hasHairpin() ? json.put("hairpin", reply.getHairpin()) : json.putNull("hairpin"))
        .putObjects(
            "portMapping",
            reply.getPortMappingList().stream()
                .map(
                    mapping ->
                        new Json()
                            .put("protocol", mapping.getProtocol())
                            .put("external", mapping.getExternal()))
                .toList())
        .putObjects(
            "relays",
            reply.getRelaysList().stream()
                .map(
                    relay ->
                        new Json()
                            .put("url", relay.getUrl())
                            .putMillis("rttMs", relay.getRttMicros()))
                .toList());
  }

  String text(Style style) {
    String mappings =
        reply.getPortMappingList().stream()
            .map(mapping -> mapping.getProtocol() + " " + mapping.getExternal())
            .collect(Collectors.joining(", "));
    Table table =
        new Table("NAT", "")
            .row("UDP", reply.getUdp() ? "works" : "no STUN server answered")
            .row("IPv4", yes(reply.getIpv4()))
            .row("IPv6", yes(reply.getIpv6()))
            .row("mapping", Words.of(reply.getMapping()))
            .row("filtering", Words.of(reply.getFiltering()))
            .row("hairpin", reply.hasHairpin() ? yes(reply.getHairpin()) : "unknown")
            .row("port mapping", mappings.isEmpty() ? "none" : Plain.line(mappings));
    Table relays = new Table("RELAY", "RTT");
    for (RelayLatency relay : reply.getRelaysList()) {
      long micros = relay.getRttMicros();
      relays.row(
          Plain.line(relay.getUrl()),
          micros == 0 ? "-" : Durations.show(Duration.ofNanos(micros * 1_000)));
    }
    return table.show(style)
        + (reply.getRelaysCount() == 0 ? "" : "\n" + relays.show(style)).stripTrailing();
  }

  private static String yes(boolean yes) {
    return yes ? "yes" : "no";
  }
}
