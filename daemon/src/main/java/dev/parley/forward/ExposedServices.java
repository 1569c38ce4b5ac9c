package dev.parley.forward;

import com.google.common.collect.ImmutableList;
import dev.parley.channels.Access;
import dev.parley.channels.Channels;
import dev.parley.channels.ServiceName;
import dev.parley.forward.ForwardException.Reason;
import dev.parley.forward.ForwardStore.StoredService;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The services of this machine. The table is guarded by this object. */
final class ExposedServices {
  static final int MAX_SERVICES = 256;

  private static final Logger log = LoggerFactory.getLogger(ExposedServices.class);

  private final ForwardStore store;
  private final Surroundings surroundings;
  private final Map<String, ServiceEntry> services = new TreeMap<>();

  /** A service that is served. */
  private record ServiceEntry(StoredService service, Channels.Service handle, Tally tally) {
    ExposedService status() {
      return new ExposedService(
          service.name(), service.target(), service.access(), tally.traffic(), tally.lastProblem());
    }
  }

  ExposedServices(ForwardStore store, Surroundings surroundings) {
    this.store = store;
    this.surroundings = surroundings;
  }

  /** Stands up one that is kept. */
  void begin(StoredService service) {
    try {
      serve(service);
    } catch (ForwardException e) {
      log.warn("service {} is not served: {}", service.name(), e.getMessage());
    }
  }

  CompletableFuture<ExposedService> add(ServiceName name, Endpoint target, Access access) {
    ServiceEntry entry;
    try {
      entry = serve(new StoredService(name, target, access));
    } catch (ForwardException e) {
      return CompletableFuture.failedFuture(e);
    }
    return Disk.kept(store.putService(entry.service()))
        .thenApply(done -> entry.status())
        .whenComplete(
            (status, failure) -> {
              if (failure != null) {
                forget(entry);
              }
            });
  }

  private synchronized ServiceEntry serve(StoredService service) throws ForwardException {
    if (service.target().isAnyPort()) {
      throw new ForwardException(Reason.BAD_ADDRESS, "nothing can answer at port 0", "");
    }
    if (services.size() >= MAX_SERVICES) {
      throw new ForwardException(
          Reason.TOO_MANY,
          "there are " + MAX_SERVICES + " services already",
          "`parley listen close SERVICE` ends one");
    }
    Tally tally = new Tally();
    try {
      Channels.Service handle =
          surroundings
              .channels()
              .listen(
                  service.name(),
                  service.access(),
                  new ServiceTarget(service.target(), surroundings, tally));
      ServiceEntry entry = new ServiceEntry(service, handle, tally);
      services.put(service.name().name(), entry);
      return entry;
    } catch (IllegalStateException e) {
      throw new ForwardException(
          Reason.SERVICE_TAKEN,
          String.valueOf(e.getMessage()),
          "`parley listen ls` shows it; `parley listen close " + service.name() + "` ends it");
    }
  }

  private void forget(ServiceEntry entry) {
    synchronized (this) {
      services.remove(entry.service().name().name(), entry);
    }
    entry.handle().close();
  }

  CompletableFuture<ExposedService> remove(ServiceName name) {
    ServiceEntry entry;
    synchronized (this) {
      entry = services.get(name.name());
    }
    if (entry == null) {
      return CompletableFuture.failedFuture(
          new ForwardException(
              Reason.NOT_FOUND,
              "there is no service '" + name + "' here",
              "`parley listen ls` shows them"));
    }
    return Disk.kept(store.removeService(name))
        .thenApply(
            done -> {
              forget(entry);
              return entry.status();
            });
  }

  synchronized ImmutableList<ExposedService> status() {
    return services.values().stream()
        .map(ServiceEntry::status)
        .collect(ImmutableList.toImmutableList());
  }
}
