package dev.parley.forward;

import dev.parley.forward.ForwardException.Reason;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

/** What the disk says, in words for the user. */
final class Disk {
  private Disk() {}

  static CompletableFuture<Void> kept(CompletionStage<Void> change) {
    return change
        .toCompletableFuture()
        .exceptionally(
            failure -> {
              throw new CompletionException(
                  new ForwardException(
                      Reason.STORAGE_FAILING,
                      "it cannot be kept: " + Problems.of(failure),
                      "look into the daemon's log and at the disk"));
            });
  }
}
