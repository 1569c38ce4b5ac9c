package dev.parley.it.faults.agent;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** What the incisions call, inside the process under test. */
public final class Faults {
  private static final Duration LOOK_EVERY = Duration.ofMillis(10);

  private static volatile Orders orders = Orders.NONE;
  private static final Map<String, AtomicInteger> passes = new ConcurrentHashMap<>();

  /** Since the present point was ordered. */
  private static final AtomicInteger spared = new AtomicInteger();

  private Faults() {}

  /** Reads the orders now, and again and again. */
  static void obey(Path file) {
    orders = read(file);
    Thread reader = new Thread(() -> follow(file), "faults");
    reader.setDaemon(true);
    reader.start();
  }

  private static void follow(Path file) {
    String told = "";
    long read = 0;
    while (true) {
      LockSupport.parkNanos(LOOK_EVERY.toNanos());
      long written = file.toFile().lastModified();
      if (written != read) {
        // What is written within the same millisecond is read, for that is looked at once more.
        read = System.currentTimeMillis() - written > 100 ? written : 0;
        obey(read(file));
      }
      told = tell(file, told);
    }
  }

  private static void obey(Orders fresh) {
    if (!fresh.point().equals(orders.point())) {
      spared.set(0);
    }
    orders = fresh;
  }

  /** Writes down how often each point was passed, for the test to count. */
  private static String tell(Path file, String told) {
    StringBuilder text = new StringBuilder();
    passes.forEach((point, count) -> text.append(point).append('=').append(count).append('\n'));
    if (text.toString().equals(told)) {
      return told;
    }
    Path fresh = file.resolveSibling(file.getFileName() + ".fresh");
    try {
      Files.writeString(fresh, text);
      Files.move(
          fresh,
          Orders.passesOf(file),
          StandardCopyOption.REPLACE_EXISTING,
          StandardCopyOption.ATOMIC_MOVE);
      return text.toString();
    } catch (IOException e) {
      return told;
    }
  }

  private static Orders read(Path file) {
    try {
      return Files.exists(file) ? Orders.parse(Files.readString(file)) : Orders.NONE;
    } catch (IOException e) {
      // The test that reads this log must not take a fault that never was for one survived.
      System.err.println("faults: " + e);
      Runtime.getRuntime().halt(1);
      return Orders.NONE;
    }
  }

  /** A thread comes by. */
  public static void pass(String point) {
    passes.computeIfAbsent(point, name -> new AtomicInteger()).incrementAndGet();
    Orders current = orders;
    if (point.equals(FaultPoint.AMID_COMMIT.name()) && !current.commitDelay().isZero()) {
      LockSupport.parkNanos(current.commitDelay().toNanos());
    }
    if (point.equals(current.point()) && spared.getAndIncrement() >= current.after()) {
      Runtime.getRuntime().halt(Orders.ENDED_AT_POINT);
    }
  }

  /** The clock that the programs get in place of the system's. */
  public static Clock clock() {
    return new WrongClock(Clock.systemUTC(), () -> orders.clock());
  }
}
