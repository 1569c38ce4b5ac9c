package dev.parley.it.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a daemon holds, in bytes.
 *
 * @param heap what is left of the heap after a full collection
 * @param rss what the kernel has given it
 */
public record Memory(long heap, long rss) {
  private static final Pattern RSS = Pattern.compile("VmRSS:\\s+(\\d+) kB");
  private static final Pattern PEAK = Pattern.compile("VmHWM:\\s+(\\d+) kB");
  private static final Pattern TOTAL = Pattern.compile("(?m)^Total\\s+\\d+\\s+(\\d+)");

  public static Memory of(Daemon daemon) {
    long pid = daemon.control().status().getPid();
    // The histogram of live objects is preceded by a full collection.
    long heap = number(TOTAL, jcmd(pid));
    return new Memory(heap, kernel(RSS, pid));
  }

  /** What the kernel has given a process. */
  public static long rss(Running process) {
    return kernel(RSS, process.pid());
  }

  /** The most that it has ever given it. */
  public static long peakRss(Running process) {
    return kernel(PEAK, process.pid());
  }

  private static long kernel(Pattern what, long pid) {
    try {
      return number(what, Files.readString(Path.of("/proc/" + pid + "/status"))) * 1_024;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String jcmd(long pid) {
    String program = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
    try {
      Process process =
          new ProcessBuilder(program, Long.toString(pid), "GC.class_histogram")
              .redirectErrorStream(true)
              .start();
      return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long number(Pattern pattern, String text) {
    Matcher found = pattern.matcher(text);
    if (!found.find()) {
      throw new AssertionError("no " + pattern + " in: " + text);
    }
    return Long.parseLong(found.group(1));
  }
}
