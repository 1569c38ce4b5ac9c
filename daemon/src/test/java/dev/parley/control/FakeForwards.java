package dev.parley.control;

import com.google.common.collect.ImmutableList;
import dev.parley.channels.Access;
import dev.parley.channels.ServiceName;
import dev.parley.forward.Endpoint;
import dev.parley.forward.ExposedService;
import dev.parley.forward.Forward;
import dev.parley.forward.ForwardException;
import dev.parley.forward.ForwardException.Reason;
import dev.parley.forward.Forwards;
import dev.parley.forward.ForwardsStatus;
import dev.parley.forward.PipeSocket;
import dev.parley.forward.Traffic;
import dev.parley.link.StreamEnd;
import dev.parley.proto.id.PeerId;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** Forwards that lead nowhere, and a socket that is no file. */
final class FakeForwards implements Forwards {
  static final Traffic TRAFFIC = new Traffic(1, 2, 3, 4, 5, 6);

  final List<ExposedService> services = new CopyOnWriteArrayList<>();
  final List<Forward> forwards = new CopyOnWriteArrayList<>();
  final CompletableFuture<StreamEnd> socketEnd = new CompletableFuture<>();
  volatile @Nullable Exception refusal;

  private <T> CompletableFuture<T> result(T value) {
    Exception refused = refusal;
    return refused == null
        ? CompletableFuture.completedFuture(value)
        : CompletableFuture.failedFuture(refused);
  }

  @Override
  public CompletableFuture<ExposedService> addService(
      ServiceName name, Endpoint target, Access access) {
    services.add(new ExposedService(name, target, access, TRAFFIC, "it broke"));
    return result(services.get(services.size() - 1));
  }

  @Override
  public CompletableFuture<ExposedService> removeService(ServiceName name) {
    return services.stream()
        .filter(service -> service.name().equals(name))
        .findFirst()
        .map(this::result)
        .orElseGet(
            () ->
                CompletableFuture.failedFuture(
                    new ForwardException(Reason.NOT_FOUND, "there is none", "look again")));
  }

  @Override
  public CompletableFuture<Forward> addForward(
      PeerId peer, ServiceName service, Endpoint local, Duration idle) {
    forwards.add(new Forward(1, peer, service, local, idle, true, TRAFFIC, ""));
    return result(forwards.get(forwards.size() - 1));
  }

  @Override
  public CompletableFuture<Forward> removeForward(String localOrId) {
    return result(forwards.remove(0));
  }

  @Override
  public ForwardsStatus status() {
    return new ForwardsStatus(ImmutableList.copyOf(services), ImmutableList.copyOf(forwards));
  }

  @Override
  public CompletableFuture<PipeSocket> openOnSocket(
      PeerId peer, ServiceName service, Duration timeout) {
    return result(new PipeSocket(Path.of("/run/" + service + timeout.toMillis()), socketEnd));
  }
}
