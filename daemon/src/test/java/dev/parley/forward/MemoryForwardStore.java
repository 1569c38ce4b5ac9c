package dev.parley.forward;

import com.google.common.collect.ImmutableList;
import dev.parley.channels.ServiceName;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/** A disk in memory, which fails when told to. */
final class MemoryForwardStore implements ForwardStore {
  final Map<String, StoredService> services = new TreeMap<>();
  final Map<Long, StoredForward> forwards = new TreeMap<>();
  volatile boolean failing;

  @Override
  public synchronized CompletableFuture<Stored> load() {
    return CompletableFuture.completedFuture(
        new Stored(
            ImmutableList.copyOf(services.values()), ImmutableList.copyOf(forwards.values())));
  }

  private synchronized CompletableFuture<Void> change(Runnable change) {
    if (failing) {
      return CompletableFuture.failedFuture(new IOException("the disk is full"));
    }
    change.run();
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public CompletableFuture<Void> putService(StoredService service) {
    return change(() -> services.put(service.name().name(), service));
  }

  @Override
  public CompletableFuture<Void> removeService(ServiceName name) {
    return change(() -> services.remove(name.name()));
  }

  @Override
  public CompletableFuture<Void> putForward(StoredForward forward) {
    return change(() -> forwards.put(forward.id(), forward));
  }

  @Override
  public CompletableFuture<Void> removeForward(long id) {
    return change(() -> forwards.remove(id));
  }
}
