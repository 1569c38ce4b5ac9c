package dev.parley.cli;

import dev.parley.cli.text.Json;
import dev.parley.cli.text.Plain;
import dev.parley.cli.text.Table;
import dev.parley.control.v1.AllowedPeer;
import dev.parley.control.v1.ExposedService;
import dev.parley.control.v1.Forward;
import dev.parley.control.v1.Traffic;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Services and forwards as they are printed. */
final class ShownForwards {
  private static final int SHORT_ID = 10;
  private static final String[] UNITS = {"B", "kB", "MB", "GB", "TB"};

  private ShownForwards() {}

  static Json json(ExposedService service) {
    Json json =
        new Json()
            .put("service", service.getService())
            .put("target", service.getTarget())
            .put("allowContacts", service.getAllowContacts())
            .putObjects(
                "allowed", service.getAllowedList().stream().map(ShownForwards::json).toList());
    return traffic(json, service.getTraffic()).put("lastProblem", orNull(service.getLastProblem()));
  }

  private static Json json(AllowedPeer peer) {
    return new Json().put("peerId", peer.getPeerId()).put("peerName", orNull(peer.getName()));
  }

  static Json json(Forward forward) {
    Json json =
        new Json()
            .put("id", forward.getId())
            .put("peerId", forward.getPeerId())
            .put("peerName", orNull(forward.getPeerName()))
            .put("service", forward.getService())
            .put("local", forward.getLocal())
            .put("idleMs", forward.getIdleMillis())
            .put("listening", forward.getListening());
    return traffic(json, forward.getTraffic()).put("lastProblem", orNull(forward.getLastProblem()));
  }

  private static Json traffic(Json json, Traffic traffic) {
    return json.put("open", traffic.getOpen())
        .put("total", traffic.getTotal())
        .put("failed", traffic.getFailed())
        .put("bytesIn", traffic.getBytesIn())
        .put("bytesOut", traffic.getBytesOut())
        .put("datagramsDropped", traffic.getDatagramsDropped());
  }

  private static @Nullable String orNull(String text) {
    return text.isEmpty() ? null : text;
  }

  static Table services(List<ExposedService> services) {
    Table table = new Table("SERVICE", "TO", "ALLOWED", "OPEN", "TOTAL", "FAILED", "IN", "OUT", "");
    for (ExposedService service : services) {
      Traffic traffic = service.getTraffic();
      table.row(
          service.getService(),
          Plain.line(service.getTarget()),
          Plain.line(allowed(service)),
          Long.toString(traffic.getOpen()),
          Long.toString(traffic.getTotal()),
          Long.toString(traffic.getFailed()),
          bytes(traffic.getBytesIn()),
          bytes(traffic.getBytesOut()),
          Plain.line(service.getLastProblem()));
    }
    return table;
  }

  static Table forwards(List<Forward> forwards) {
    Table table = new Table("ID", "LOCAL", "TO", "OPEN", "TOTAL", "FAILED", "IN", "OUT", "");
    for (Forward forward : forwards) {
      Traffic traffic = forward.getTraffic();
      table.row(
          Long.toString(forward.getId()),
          Plain.line(forward.getLocal()),
          Plain.line(name(forward)),
          Long.toString(traffic.getOpen()),
          Long.toString(traffic.getTotal()),
          Long.toString(traffic.getFailed()),
          bytes(traffic.getBytesIn()),
          bytes(traffic.getBytesOut()),
          Plain.line(forward.getLastProblem()));
    }
    return table;
  }

  /** "bob/web" */
  static String name(Forward forward) {
    return name(forward.getPeerName(), forward.getPeerId()) + "/" + forward.getService();
  }

  private static String name(String name, String id) {
    return !name.isEmpty() ? name : id.length() <= SHORT_ID ? id : id.substring(0, SHORT_ID) + "…";
  }

  static String allowed(ExposedService service) {
    Stream<String> all = service.getAllowContacts() ? Stream.of("all contacts") : Stream.of();
    String names =
        Stream.concat(
                all,
                service.getAllowedList().stream()
                    .map(peer -> name(peer.getName(), peer.getPeerId())))
            .collect(Collectors.joining(", "));
    return names.isEmpty() ? "nobody" : names;
  }

  /** Of "999 B" or "1.5 GB", in powers of a thousand. */
  static String bytes(long count) {
    double value = count;
    int unit = 0;
    while (value >= 999.5 && unit < UNITS.length - 1) {
      value /= 1_000;
      unit++;
    }
    String form = unit > 0 && value < 9.95 ? "%.1f %s" : "%.0f %s";
    return String.format(java.util.Locale.ROOT, form, value, UNITS[unit]);
  }
}
