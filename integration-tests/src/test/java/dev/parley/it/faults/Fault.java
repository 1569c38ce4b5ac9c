package dev.parley.it.faults;

import dev.parley.it.faults.agent.FaultPoint;
import dev.parley.it.faults.agent.Orders;
import dev.parley.it.lab.SmallDisk;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Something that goes wrong, and that ends. Traffic goes on meanwhile. */
sealed interface Fault {
  /** Whom it befalls. */
  Victim victim();

  /** It strikes; returns once it has. */
  void begin();

  /** All is well again. */
  void end();

  /** kill -9, wherever the process is. */
  record Kill(Victim victim) implements Fault {
    @Override
    public void begin() {
      victim.process().kill();
    }

    @Override
    public void end() {
      victim.restart();
    }
  }

  /**
   * The process ends at a point, at once and without a word, when it comes by there for the so
   * manieth time; as by kill -9 when it does not come in time.
   */
  record KillAtPoint(Victim victim, FaultPoint point, int after, Duration within) implements Fault {
    /** From now on it ends there; {@link #begin} waits for it. */
    void arm() {
      victim.order(victim.orders().endingAt(point, after));
    }

    @Override
    public void begin() {
      arm();
      if (!victim.process().endsWithin(within)) {
        victim.process().kill();
      }
    }

    /** Whether it came by. */
    boolean wasReached() {
      return victim.process().awaitEnd() == Orders.ENDED_AT_POINT;
    }

    @Override
    public void end() {
      victim.restart();
    }
  }

  /** The process stands still, as on a laptop that sleeps, or under a debugger. */
  record Suspended(Victim victim) implements Fault {
    @Override
    public void begin() {
      signal("-STOP");
    }

    @Override
    public void end() {
      signal("-CONT");
    }

    private void signal(String signal) {
      run(List.of("kill", signal, Long.toString(victim.process().pid())));
    }
  }

  /** Not a byte is free. */
  record FullDisk(Victim victim, SmallDisk disk) implements Fault {
    @Override
    public void begin() {
      disk.fill();
    }

    @Override
    public void end() {
      disk.makeRoom();
    }
  }

  /**
   * No file takes a byte. The kernel makes no file system read-only in which a file is open for
   * writing, but it lets no process write for which files may have no length.
   */
  record Unwritable(Victim victim) implements Fault {
    @Override
    public void begin() {
      limit("0");
    }

    @Override
    public void end() {
      limit("unlimited");
    }

    private void limit(String bytes) {
      String pid = Long.toString(victim.process().pid());
      run(List.of("prlimit", "--pid", pid, "--fsize=" + bytes + ":unlimited"));
    }
  }

  /** The file system is read-only when the process starts, which it then refuses. */
  record ReadOnlyAtStart(Victim victim, SmallDisk disk) implements Fault {
    @Override
    public void begin() {
      victim.process().kill();
      disk.makeReadOnly();
      victim.isRefused();
    }

    @Override
    public void end() {
      disk.makeWritable();
      victim.restart();
    }
  }

  /** Each commit takes this much longer. */
  record SlowDisk(Victim victim, Duration delay) implements Fault {
    @Override
    public void begin() {
      victim.order(victim.orders().withCommitDelay(delay));
    }

    @Override
    public void end() {
      victim.order(victim.orders().withCommitDelay(Duration.ZERO));
    }
  }

  /** The clock is set wrong by this much, and right again. */
  record ClockJump(Victim victim, Duration by) implements Fault {
    @Override
    public void begin() {
      victim.order(victim.orders().withClock(by));
    }

    @Override
    public void end() {
      victim.order(victim.orders().withClock(Duration.ZERO));
    }
  }

  private static void run(List<String> command) {
    try {
      Process process = new ProcessBuilder(command).inheritIO().start();
      if (!process.waitFor(30, TimeUnit.SECONDS) || process.exitValue() != 0) {
        throw new IllegalStateException(command + " failed");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while " + command + " ran", e);
    }
  }
}
