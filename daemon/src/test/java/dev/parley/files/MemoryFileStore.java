package dev.parley.files;

import com.google.common.collect.ImmutableList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Outlives the engines of one node, as its database does. */
final class MemoryFileStore implements FileStore {
  private final Map<TransferId, StoredTransfer> all = new LinkedHashMap<>();

  @Override
  public synchronized CompletionStage<ImmutableList<StoredTransfer>> load() {
    return CompletableFuture.completedFuture(ImmutableList.copyOf(all.values()));
  }

  @Override
  public synchronized CompletionStage<Void> put(StoredTransfer transfer) {
    all.put(transfer.id(), transfer);
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public synchronized CompletionStage<Void> remove(List<TransferId> ids) {
    ids.forEach(all::remove);
    return CompletableFuture.completedFuture(null);
  }
}
