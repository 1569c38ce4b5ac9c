package dev.parley.messaging;

import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import org.jspecify.annotations.Nullable;

/** A time in which nothing is sent to one peer. Owned by the messaging thread. */
final class Pause {
  private final MessagingThread thread;
  private final Runnable onOver;
  private @Nullable ScheduledFuture<?> timer;

  /** The peer, or our own disk, asked for it: a new link does not end it. */
  private boolean asked;

  /** Tells a timer that has fired already from the one that counts. */
  private int number;

  Pause(MessagingThread thread, Runnable onOver) {
    this.thread = thread;
    this.onOver = onOver;
  }

  boolean isOn() {
    return timer != null;
  }

  /** Begins, in place of the one that is on. */
  void begin(Duration duration, boolean isAsked) {
    end();
    asked = isAsked;
    int mine = number;
    timer = thread.schedule(duration, () -> onTimer(mine));
  }

  void endUnlessAsked() {
    if (!asked) {
      end();
    }
  }

  void end() {
    if (timer != null) {
      timer.cancel(false);
      timer = null;
      number++;
    }
  }

  private void onTimer(int fired) {
    if (fired == number && timer != null) {
      timer = null;
      number++;
      onOver.run();
    }
  }
}
