package dev.parley.cli;

import dev.parley.cli.text.Durations;
import dev.parley.cli.text.Json;
import dev.parley.cli.text.Plain;
import dev.parley.cli.text.Words;
import dev.parley.control.v1.FileTransfer;
import dev.parley.control.v1.TransferState;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Prints a transfer: a bar that moves on a terminal, an object for each event with --json. */
final class ShownTransfer {
  private static final int BAR = 24;
  private static final String BACK_AND_CLEAR = "\r\u001b[K";

  private final Session session;
  private String before = "";

  ShownTransfer(Session session) {
    this.session = session;
  }

  void progress(FileTransfer transfer) {
    if (session.json()) {
      session.print(json(transfer));
      session.flush();
    } else if (session.terminal().present()) {
      session.draw(BACK_AND_CLEAR + cut(line(transfer)));
    } else if (!Words.of(transfer.getState()).equals(before)) {
      session.remark(line(transfer));
    }
    before = Words.of(transfer.getState());
  }

  /** The last word. */
  void end(FileTransfer transfer) {
    if (session.json()) {
      if (before.isEmpty()) {
        session.print(json(transfer));
      }
      return;
    }
    if (session.terminal().present() && !before.isEmpty()) {
      session.draw(BACK_AND_CLEAR);
    }
    session.print(line(transfer) + "  " + transfer.getTransferId());
  }

  private String cut(String line) {
    int columns = session.terminal().columns();
    return columns > 0 && line.length() >= columns ? line.substring(0, columns - 1) : line;
  }

  static String line(FileTransfer transfer) {
    StringBuilder line = new StringBuilder(names(transfer));
    if (transfer.getState() == TransferState.TRANSFER_STATE_ACTIVE) {
      long percent = percent(transfer);
      int full = (int) (percent * BAR / 100);
      line.append("  [").append("#".repeat(full)).append(" ".repeat(BAR - full)).append("] ");
      line.append(percent).append(" %  ").append(size(transfer.getBytesPerSecond())).append("/s");
      if (transfer.hasLeftMillis()) {
        Duration left = Duration.ofSeconds((transfer.getLeftMillis() + 999) / 1_000);
        line.append("  ").append(Durations.show(left)).append(" left");
      }
      line.append("  ").append(Words.of(transfer.getPath().getKind()));
      line.append(' ').append(transfer.getPath().getRemote());
    } else {
      line.append("  ").append(size(transfer.getBytes()));
      line.append("  ").append(Words.of(transfer.getState()));
    }
    if (!transfer.getProblem().isEmpty()) {
      line.append(": ").append(Plain.line(transfer.getProblem()));
    }
    return line.toString();
  }

  static String names(FileTransfer transfer) {
    if (transfer.getNamesCount() == 0) {
      return "nothing";
    }
    String first = Plain.line(transfer.getNames(0));
    return transfer.getNamesCount() == 1
        ? first
        : first + " and " + (transfer.getNamesCount() - 1) + " more";
  }

  static long percent(FileTransfer transfer) {
    return transfer.getBytes() <= 0
        ? 100
        : Math.max(
            0, Math.min(100, (long) (transfer.getDoneBytes() * 100.0 / transfer.getBytes())));
  }

  /** In decimal units, as disks and networks are sold. */
  static String size(long bytes) {
    if (bytes < 1_000) {
      return bytes + " B";
    }
    double value = bytes;
    int unit = -1;
    while (value >= 999.5 && unit < 4) {
      value /= 1_000;
      unit++;
    }
    return String.format(Locale.ROOT, value < 9.95 ? "%.1f" : "%.0f", value)
        + " "
        + "kMGTP".charAt(unit)
        + "B";
  }

  static Json json(FileTransfer transfer) {
    boolean active = transfer.hasPath();
    Json json =
        new Json()
            .put("transferId", transfer.getTransferId())
            .put("peerId", transfer.getPeerId())
            .put("peerName", orNull(transfer.getPeerName()))
            .put("direction", Words.of(transfer.getDirection()))
            .put("state", Words.of(transfer.getState()))
            .putStrings("names", transfer.getNamesList())
            .put("bytes", transfer.getBytes())
            .put("entries", transfer.getEntries())
            .put("leftOut", transfer.getLeftOut())
            .put("directory", orNull(transfer.getDirectory()))
            .put("doneBytes", transfer.getDoneBytes())
            .put("doneEntries", transfer.getDoneEntries())
            .put("wireBytes", transfer.getWireBytes())
            .put("problem", orNull(transfer.getProblem()))
            .putTime("createdAt", transfer.getCreatedAtMillis());
    if (transfer.hasEndedAtMillis()) {
      json.putTime("endedAt", transfer.getEndedAtMillis());
    } else {
      json.putNull("endedAt");
    }
    if (active) {
      json.put("bytesPerSecond", transfer.getBytesPerSecond());
    } else {
      json.putNull("bytesPerSecond");
    }
    if (transfer.hasLeftMillis()) {
      json.put("leftMs", transfer.getLeftMillis());
    } else {
      json.putNull("leftMs");
    }
    return json.put("path", Words.of(transfer.getPath().getKind()))
        .put("transport", Words.of(transfer.getPath().getTransport()))
        .put("remote", active ? transfer.getPath().getRemote() : null);
  }

  private static @Nullable String orNull(String text) {
    return text.isEmpty() ? null : text;
  }
}
