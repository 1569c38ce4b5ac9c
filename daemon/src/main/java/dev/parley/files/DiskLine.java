package dev.parley.files;

import java.util.ArrayDeque;
import java.util.function.Consumer;

/** What the disk does for one transfer, one after the other. Owned by the files' thread. */
final class DiskLine {
  private final FilesThread thread;
  private final ArrayDeque<Runnable> waiting = new ArrayDeque<>();
  private boolean busy;

  DiskLine(FilesThread thread) {
    this.thread = thread;
  }

  <T> void run(FilesThread.Work<T> work, Consumer<T> onDone, Consumer<Exception> onFailure) {
    waiting.add(
        () ->
            thread.onDisk(
                work,
                done -> answer(() -> onDone.accept(done)),
                failure -> answer(() -> onFailure.accept(failure))));
    next();
  }

  private void answer(Runnable hearing) {
    busy = false;
    try {
      hearing.run();
    } finally {
      next();
    }
  }

  private void next() {
    if (!busy && !waiting.isEmpty()) {
      busy = true;
      waiting.remove().run();
    }
  }
}
