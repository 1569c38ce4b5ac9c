package dev.parley.it.faults;

import dev.parley.cli.client.CommandFailure;
import dev.parley.cli.client.DaemonConnection;
import dev.parley.proto.home.NodeHome;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A connection to a daemon that dies again and again. Of one thread at a time. */
final class Reconnecting {
  /** A connection costs far more than a message: who tries at once takes the time of the start. */
  private static final Duration PAUSE = Duration.ofMillis(250);

  private final NodeHome home;
  private @Nullable DaemonConnection connection;
  private long notBefore = System.nanoTime();

  Reconnecting(NodeHome home) {
    this.home = home;
  }

  /** Whether it is too early to try again. */
  boolean isPausing() {
    return System.nanoTime() - notBefore < 0;
  }

  /** The connection that stands, or a new one. */
  DaemonConnection get() throws CommandFailure {
    DaemonConnection open = connection;
    if (open == null) {
      open = DaemonConnection.open(home);
      connection = open;
    }
    return open;
  }

  /** It is of no use any more: another one, after a pause. */
  void onFailure() {
    close();
    notBefore = System.nanoTime() + PAUSE.toNanos();
  }

  void close() {
    DaemonConnection open = connection;
    connection = null;
    if (open != null) {
      open.close();
    }
  }
}
