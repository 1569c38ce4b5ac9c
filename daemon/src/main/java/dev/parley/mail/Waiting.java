package dev.parley.mail;

import java.io.IOException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/** How the threads of mail wait for others. */
final class Waiting {
  /** A disk that takes longer is stuck; what was asked for is tried again later. */
  private static final int SECONDS = 60;

  private Waiting() {}

  static <T> T forDisk(CompletionStage<T> stage) throws IOException {
    try {
      return stage.toCompletableFuture().orTimeout(SECONDS, TimeUnit.SECONDS).join();
    } catch (CompletionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new IOException(String.valueOf(cause.getMessage()), cause);
    }
  }
}
