package dev.parley.cli.client;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** A run of {@code parleyd restore}, which has the home to itself. */
public final class RestoreProcess {
  private static final String PREFIX = "parleyd: ";

  /** It prints some lines; what else it may print is not read. */
  private static final int MAX_OUTPUT_BYTES = 65_536;

  private RestoreProcess() {}

  /** Runs it to its end; returns what it tells, by its words. */
  public static Map<String, String> run(Path parleyd, Path backup, boolean force, String passphrase)
      throws CommandFailure, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(parleyd.toString(), "restore", "--passphrase-file", "-", backup.toString()));
    if (force) {
      command.add("--force");
    }
    try {
      Process process = new ProcessBuilder(command).start();
      CompletableFuture<String> out =
          CompletableFuture.supplyAsync(() -> text(process.getInputStream()));
      CompletableFuture<String> err =
          CompletableFuture.supplyAsync(() -> text(process.getErrorStream()));
      try (OutputStream in = process.getOutputStream()) {
        in.write((passphrase + "\n").getBytes(StandardCharsets.UTF_8));
      } catch (IOException e) {
        // It has ended already, and says why.
      }
      if (process.waitFor() != 0) {
        throw failure(err.join());
      }
      return words(out.join());
    } catch (IOException e) {
      throw CommandFailure.of("cannot run " + parleyd + ": " + e.getMessage(), "is it there?");
    }
  }

  private static String text(InputStream in) {
    try (in) {
      String text = new String(in.readNBytes(MAX_OUTPUT_BYTES), StandardCharsets.UTF_8);
      in.transferTo(OutputStream.nullOutputStream());
      return text;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Map<String, String> words(String out) {
    Map<String, String> words = new HashMap<>();
    out.lines()
        .forEach(
            line -> {
              int space = line.indexOf(' ');
              if (space > 0) {
                words.put(line.substring(0, space), line.substring(space + 1));
              }
            });
    return words;
  }

  /** A sentence behind the program's name, and the hint in the line below it. */
  private static CommandFailure failure(String err) {
    List<String> lines = err.lines().toList();
    for (int i = 0; i < lines.size(); i++) {
      if (lines.get(i).startsWith(PREFIX)) {
        String hint =
            i + 1 < lines.size() && lines.get(i + 1).startsWith("  ") ? lines.get(i + 1) : "";
        return CommandFailure.of(lines.get(i).substring(PREFIX.length()), hint.strip());
      }
    }
    return CommandFailure.of("the restore failed: " + err.strip(), "");
  }
}
