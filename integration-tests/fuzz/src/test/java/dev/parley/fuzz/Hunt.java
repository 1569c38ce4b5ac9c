package dev.parley.fuzz;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Jazzer at work on one target, and what its log says in the end. */
final class Hunt {
  static final String HEAD =
      String.format(
          Locale.ROOT,
          "%-16s %12s %9s %9s %7s %8s",
          "target",
          "executions",
          "per s",
          "features",
          "found",
          "peak MB");

  /** Less than a node on a small machine has; what parses at most kilobytes needs a fraction. */
  private static final String HEAP = "-Xmx256m";

  /** An input that takes longer is a finding, however busy the machine. */
  private static final int HANG_SECONDS = 60;

  private static final Pattern PROGRESS =
      Pattern.compile("#(\\d+)\\s+\\w+\\s.*?\\bft: (\\d+).*?\\brss: (\\d+)Mb");
  private static final Pattern STATISTIC = Pattern.compile("stat::(\\w+):\\s+(\\d+)");

  private final FuzzTarget target;
  private final Corpus corpus;
  private final Path folder;
  private final List<Path> found = new ArrayList<>();
  private int exit;
  private long features;
  private long executions;
  private long perSecond;
  private long peakMegabytes;

  private Hunt(FuzzTarget target, Corpus corpus, Path folder) {
    this.target = target;
    this.corpus = corpus;
    this.folder = folder;
  }

  static Hunt of(FuzzTarget target, Corpus corpus, Path work) throws IOException {
    Path folder = work.resolve(target.name());
    Files.createDirectories(folder.resolve("inputs"));
    Files.createDirectories(folder.resolve("seeds"));
    Files.createDirectories(folder.resolve("found"));
    for (int i = 0; i < target.seeds().size(); i++) {
      Files.write(folder.resolve("seeds").resolve("seed-" + i), target.seeds().get(i));
    }
    return new Hunt(target, corpus, folder);
  }

  void run(int seconds) throws IOException, InterruptedException {
    Path log = folder.resolve("log.txt");
    Process process =
        new ProcessBuilder(command(seconds))
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    exit = process.waitFor();
    read(Files.readString(log, StandardCharsets.ISO_8859_1));
    keepWhatWasFound();
  }

  private List<String> command(int seconds) {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                HEAP,
                "-Djdk.net.hosts.file=" + corpus.root().resolveSibling("no-hosts"),
                "-XX:+IgnoreUnrecognizedVMOptions",
                "-XX:+EnableDynamicAgentLoading",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                System.getProperty("java.class.path"),
                "com.code_intelligence.jazzer.Jazzer",
                "--target_class=" + Fuzzer.class.getName(),
                "--target_args=" + Targets.sourceOf(target).getName() + " " + target.name(),
                "--instrumentation_includes=dev.parley.**",
                "--instrumentation_excludes=dev.parley.fuzz.**",
                // In Netty they do not work, and the libraries are not what is looked at.
                "--custom_hook_includes=dev.parley.**",
                "--disabled_hooks=com.code_intelligence.jazzer.sanitizers.UnsafeSanitizer",
                "--reproducer_path=" + folder,
                "-artifact_prefix=" + folder.resolve("found") + File.separator,
                "-max_total_time=" + seconds,
                "-timeout=" + HANG_SECONDS,
                "-max_len=" + Math.max(4_096, 2 * longestSeed()),
                "-print_final_stats=1",
                folder.resolve("inputs").toString(),
                folder.resolve("seeds").toString()));
    if (Files.isDirectory(corpus.folder(target))) {
      command.add(corpus.folder(target).toString());
    }
    return command;
  }

  private int longestSeed() {
    return target.seeds().stream().mapToInt(seed -> seed.length).max().orElse(0);
  }

  private void read(String log) {
    for (MatchResult line : PROGRESS.matcher(log).results().toList()) {
      executions = Long.parseLong(line.group(1));
      features = Long.parseLong(line.group(2));
      peakMegabytes = Math.max(peakMegabytes, Long.parseLong(line.group(3)));
    }
    for (Matcher line = STATISTIC.matcher(log); line.find(); ) {
      long value = Long.parseLong(line.group(2));
      switch (line.group(1)) {
        case "number_of_executed_units" -> executions = value;
        case "average_exec_per_sec" -> perSecond = value;
        case "peak_rss_mb" -> peakMegabytes = value;
        default -> {
          // Not shown.
        }
      }
    }
  }

  private void keepWhatWasFound() throws IOException {
    try (Stream<Path> artifacts = Files.list(folder.resolve("found"))) {
      for (Path artifact : artifacts.toList()) {
        Path kept = corpus.folder(target).resolve(artifact.getFileName());
        Files.createDirectories(kept.getParent());
        if (Files.notExists(kept)) {
          Files.copy(artifact, kept);
        }
        found.add(kept);
      }
    }
  }

  /** Also when Jazzer itself came to no good end. */
  boolean hasFound() {
    return exit != 0 || !found.isEmpty();
  }

  String row() {
    return String.format(
        Locale.ROOT,
        "%-16s %,12d %,9d %,9d %7d %8d",
        target.name(),
        executions,
        perSecond,
        features,
        found.size(),
        peakMegabytes);
  }

  List<String> findings() {
    if (!hasFound()) {
      return List.of();
    }
    List<String> lines = new ArrayList<>();
    lines.add(target.name() + ": " + folder.resolve("log.txt") + " tells what was found");
    for (Path input : found) {
      lines.add("  kept as " + input);
    }
    lines.add("  replay it: mvn -pl fuzz -am test -Dtest=ReplayTest");
    return lines;
  }
}
