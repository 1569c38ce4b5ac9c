package dev.parley.node;

import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Tells watchers of changes in the status. Owned by the event loop; costs nothing unwatched. */
final class Watches {
  private static final int INTERVAL_MILLIS = 250;

  private final EventExecutor loop;
  private final Supplier<NodeStatus> status;
  private final List<Consumer<NodeStatus>> listeners = new ArrayList<>();
  private @Nullable ScheduledFuture<?> timer;
  private @Nullable NodeStatus last;

  Watches(EventExecutor loop, Supplier<NodeStatus> status) {
    this.loop = loop;
    this.status = status;
  }

  Node.Watch add(Consumer<NodeStatus> listener) {
    loop.execute(
        () -> {
          listeners.add(listener);
          if (timer == null) {
            last = status.get();
            timer =
                loop.scheduleAtFixedRate(
                    this::look, INTERVAL_MILLIS, INTERVAL_MILLIS, TimeUnit.MILLISECONDS);
          }
        });
    return () ->
        loop.execute(
            () -> {
              listeners.remove(listener);
              if (listeners.isEmpty()) {
                close();
              }
            });
  }

  private void look() {
    NodeStatus now = status.get();
    if (!now.equals(last)) {
      last = now;
      List.copyOf(listeners).forEach(listener -> listener.accept(now));
    }
  }

  void close() {
    if (timer != null) {
      timer.cancel(false);
      timer = null;
    }
    listeners.clear();
  }
}
