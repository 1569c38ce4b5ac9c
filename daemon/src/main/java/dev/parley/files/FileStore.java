package dev.parley.files;

import com.google.common.collect.ImmutableList;
import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * The table of transfers. Changes are on disk when they complete, and take effect in the order of
 * the calls. Fails with {@link dev.parley.messaging.StorageFailure}.
 */
public interface FileStore {
  /** All of them, the oldest first. */
  CompletionStage<ImmutableList<StoredTransfer>> load();

  /** Adds one, or takes the place of what was known of it. */
  CompletionStage<Void> put(StoredTransfer transfer);

  CompletionStage<Void> remove(List<TransferId> ids);
}
