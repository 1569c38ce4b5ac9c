package dev.parley.node;

import com.google.common.util.concurrent.ThreadFactoryBuilder;
import dev.parley.backup.Backup;
import dev.parley.backup.Restore;
import dev.parley.backup.RestoreException;
import dev.parley.config.NodeConfig;
import dev.parley.contacts.ContactBook;
import dev.parley.contacts.ContactCodec;
import dev.parley.contacts.ContactException;
import dev.parley.home.HomeException;
import dev.parley.home.HomeLock;
import dev.parley.identity.Identity;
import dev.parley.identity.IdentityException;
import dev.parley.identity.IdentityFile;
import dev.parley.messaging.StorageFailure;
import dev.parley.nat.port.IoLoop;
import dev.parley.proto.home.NodeHome;
import dev.parley.store.DatabaseSnapshot;
import dev.parley.store.Store;
import dev.parley.store.StoreException;
import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Opens everything that a node stands on; what is open already is closed again when one fails. */
final class NodeAssembly {
  private static final int CLOSE_SECONDS = 2;

  /**
   * What a node stands on, and closes in reverse.
   *
   * @param blocking for what blocks: names that are looked up
   * @param runtime the directory of sockets
   */
  record Ground(
      NodeHome home,
      HomeLock lock,
      Identity identity,
      NodeMemory memory,
      Store store,
      ContactBook contacts,
      EventLoopGroup group,
      Channel udp,
      ScheduledExecutorService timers,
      ExecutorService blocking,
      SecureRandom random,
      Backup backup,
      Path runtime) {

    void close() {
      timers.shutdownNow();
      blocking.shutdownNow();
      group.shutdownGracefully(0, CLOSE_SECONDS, TimeUnit.SECONDS).awaitUninterruptibly();
      store.close();
      lock.close();
    }
  }

  private NodeAssembly() {}

  static Node start(NodeHome home, NodeConfig config, Node.Environment environment)
      throws NodeStartException {
    HomeLock lock = lock(home);
    try {
      finishRestore(home);
      return start(lock, home, config, environment);
    } catch (NodeStartException | RuntimeException e) {
      lock.close();
      throw e;
    }
  }

  /** Nobody else has the home: a restore that a crash has interrupted is completed first. */
  private static void finishRestore(NodeHome home) throws NodeStartException {
    try {
      Restore.finish(home);
    } catch (RestoreException e) {
      throw new NodeStartException(String.valueOf(e.getMessage()), e.hint(), e);
    }
  }

  private static HomeLock lock(NodeHome home) throws NodeStartException {
    try {
      return HomeLock.acquire(home);
    } catch (HomeException e) {
      throw new NodeStartException(String.valueOf(e.getMessage()), e.hint(), e);
    }
  }

  private static Node start(
      HomeLock lock, NodeHome home, NodeConfig config, Node.Environment environment)
      throws NodeStartException {
    SecureRandom random = new SecureRandom();
    Identity identity = identity(home, environment, random);
    // Opening the database and loading the network code take about as long: side by side.
    CompletableFuture<Opened> opening =
        CompletableFuture.supplyAsync(() -> open(home, identity, environment));
    EventLoopGroup group = IoLoop.group(1, "parley-net");
    @Nullable Opened opened = null;
    try {
      NodeMemory memory = NodeMemory.load(home);
      Channel udp = UdpBinding.open(group, config.listen(), memory.port());
      opened = join(opening);
      Ground ground =
          new Ground(
              home,
              lock,
              identity,
              memory,
              opened.store(),
              opened.contacts(),
              group,
              udp,
              Executors.newSingleThreadScheduledExecutor(daemon("parley-timers")),
              Executors.newCachedThreadPool(daemon("parley-blocking-%d")),
              random,
              new Backup(
                  home,
                  identity.id(),
                  environment.software(),
                  copy -> DatabaseSnapshot.write(home.database(), copy),
                  environment.clock()),
              home.runtime());
      return LocalNode.start(ground, config, environment);
    } catch (NodeStartException | StorageFailure | RuntimeException e) {
      group.shutdownGracefully(0, CLOSE_SECONDS, TimeUnit.SECONDS);
      closeQuietly(opened, opening);
      throw asStartException(e);
    }
  }

  private record Opened(Store store, ContactBook contacts) {}

  private static Identity identity(NodeHome home, Node.Environment environment, SecureRandom random)
      throws NodeStartException {
    try {
      return new IdentityFile(home, environment.passphrases(), random).loadOrCreate();
    } catch (IdentityException e) {
      throw new NodeStartException(String.valueOf(e.getMessage()), e.hint(), e);
    }
  }

  private static Opened open(NodeHome home, Identity identity, Node.Environment environment) {
    try {
      Store store = Store.open(home.database(), environment.clock());
      try {
        return new Opened(
            store,
            ContactBook.open(
                identity.id(), store.contacts(), ContactCodec.standard(), environment.clock()));
      } catch (ContactException e) {
        store.close();
        throw new NodeStartException(String.valueOf(e.getMessage()), e.hint(), e);
      }
    } catch (StoreException e) {
      throw new CompletionException(
          new NodeStartException(String.valueOf(e.getMessage()), e.hint(), e));
    } catch (NodeStartException e) {
      throw new CompletionException(e);
    }
  }

  private static Opened join(CompletableFuture<Opened> opening) throws NodeStartException {
    try {
      return opening.join();
    } catch (CompletionException e) {
      throw asStartException(e.getCause() == null ? e : e.getCause());
    }
  }

  private static NodeStartException asStartException(Throwable cause) {
    return cause instanceof NodeStartException known
        ? known
        : new NodeStartException(
            String.valueOf(cause.getMessage()),
            "If this persists, run with PARLEY_LOG=debug and report what it prints.",
            cause);
  }

  private static void closeQuietly(@Nullable Opened opened, CompletableFuture<Opened> opening) {
    if (opened != null) {
      opened.store().close();
    } else {
      opening.thenAccept(late -> late.store().close());
    }
  }

  private static java.util.concurrent.ThreadFactory daemon(String name) {
    return new ThreadFactoryBuilder().setDaemon(true).setNameFormat(name).build();
  }
}
