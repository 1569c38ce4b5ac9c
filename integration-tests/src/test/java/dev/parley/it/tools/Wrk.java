package dev.parley.it.tools;

import dev.parley.it.process.Home;
import dev.parley.it.process.Running;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What wrk has counted.
 *
 * @param failed connections, reads, writes, timeouts, and answers that were not good
 */
public record Wrk(long requests, double perSecond, long failed) {
  private static final Pattern REQUESTS = Pattern.compile("(\\d+) requests in ");
  private static final Pattern RATE = Pattern.compile("Requests/sec:\\s+([\\d.]+)");
  private static final Pattern ERRORS =
      Pattern.compile("Socket errors: connect (\\d+), read (\\d+), write (\\d+), timeout (\\d+)");
  private static final Pattern BAD = Pattern.compile("Non-2xx or 3xx responses: (\\d+)");

  /** Starts it where the programs of this home run. */
  public static Running start(Home home, Path directory, int connections, int seconds, String url) {
    return home.launchIn(
        directory,
        "wrk",
        Tool.WRK + " -t1 -c" + connections + " -d" + seconds + "s --timeout 10s " + url);
  }

  /** Waits for its end. */
  public static Wrk of(Running running) {
    if (!running.endsWithin(Duration.ofMinutes(3))) {
      throw new AssertionError("wrk does not end");
    }
    String printed = running.out();
    return new Wrk((long) number(REQUESTS, printed), number(RATE, printed), failed(printed));
  }

  private static long failed(String printed) {
    long failed = 0;
    Matcher errors = ERRORS.matcher(printed);
    if (errors.find()) {
      for (int i = 1; i <= errors.groupCount(); i++) {
        failed += Long.parseLong(errors.group(i));
      }
    }
    Matcher bad = BAD.matcher(printed);
    return bad.find() ? failed + Long.parseLong(bad.group(1)) : failed;
  }

  private static double number(Pattern pattern, String printed) {
    Matcher found = pattern.matcher(printed);
    if (!found.find()) {
      throw new AssertionError("wrk printed no " + pattern + ":\n" + printed);
    }
    return Double.parseDouble(found.group(1));
  }
}
