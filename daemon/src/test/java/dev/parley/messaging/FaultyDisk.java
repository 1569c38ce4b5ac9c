package dev.parley.messaging;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;

/** A store whose answers a test can turn into failures, or hold back. */
final class FaultyDisk {
  private final Predicate<String> fails;
  private final Set<String> held;
  private final CompletableFuture<Void> release = new CompletableFuture<>();

  /**
   * @param fails told a method's name, says whether this call of it fails; called on the messaging
   *     thread
   * @param held methods whose answers wait for {@link #release}
   */
  FaultyDisk(Predicate<String> fails, Set<String> held) {
    this.fails = fails;
    this.held = held;
  }

  static FaultyDisk failing(Predicate<String> fails) {
    return new FaultyDisk(fails, Set.of());
  }

  static FaultyDisk holding(String... methods) {
    return new FaultyDisk(method -> false, Set.of(methods));
  }

  void release() {
    release.complete(null);
  }

  MessageStore over(MessageStore real) {
    return (MessageStore)
        Proxy.newProxyInstance(
            FaultyDisk.class.getClassLoader(),
            new Class<?>[] {MessageStore.class},
            (proxy, method, arguments) -> {
              if (fails.test(method.getName())) {
                return CompletableFuture.failedFuture(
                    new StorageFailure(StorageFailure.Kind.FULL, "no room, says the test"));
              }
              try {
                CompletionStage<?> answer = (CompletionStage<?>) method.invoke(real, arguments);
                return held.contains(method.getName())
                    ? answer.thenCombine(release, (result, nothing) -> result)
                    : answer;
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }
}
