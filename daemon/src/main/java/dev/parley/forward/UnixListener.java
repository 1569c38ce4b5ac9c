package dev.parley.forward;

import io.netty.channel.Channel;
import java.io.IOException;
import java.net.BindException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Listens at a Unix socket that only this user can connect to. A socket file comes out as the umask
 * has it, and takes connections at once: so it is made in a directory of its own, which others
 * cannot enter, and moved to its place when its mode is right.
 */
final class UnixListener {
  private static final Logger log = LoggerFactory.getLogger(UnixListener.class);

  private UnixListener() {}

  /** Touches the file system, for a moment: not on the links' thread. */
  static CompletableFuture<Channel> bind(ForwardLoop loop, Path path, Consumer<Channel> accepted) {
    return CompletableFuture.supplyAsync(() -> prepare(path), loop)
        .thenCompose(
            directory -> {
              Path draft = directory.resolve("s");
              return ForwardLoop.done(
                      Sockets.listener(loop.get(), true, accepted).bind(Sockets.unixAddress(draft)))
                  .thenApply(listener -> publish(listener, draft, path))
                  .whenComplete((listener, failure) -> clear(directory, draft));
            });
  }

  private static Path prepare(Path path) {
    try {
      Path parent = path.getParent();
      if (parent == null || !Files.isDirectory(parent)) {
        throw new IOException("there is no directory " + parent);
      }
      removeStale(path);
      return Files.createTempDirectory(parent, ".p");
    } catch (IOException e) {
      throw new CompletionException(e);
    }
  }

  /** What nobody listens at is left from a process that was killed. Anything else stays. */
  private static void removeStale(Path path) throws IOException {
    if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    BasicFileAttributes found =
        Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    if (!found.isOther() || isAnswered(path)) {
      throw new BindException(path + " is there already");
    }
    Files.delete(path);
  }

  private static boolean isAnswered(Path path) {
    try (SocketChannel probe = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      return probe.connect(UnixDomainSocketAddress.of(path));
    } catch (IOException e) {
      return false;
    }
  }

  private static Channel publish(Channel listener, Path draft, Path path) {
    try {
      Files.setPosixFilePermissions(draft, PosixFilePermissions.fromString("rw-------"));
      Files.move(draft, path, StandardCopyOption.ATOMIC_MOVE);
      return listener;
    } catch (IOException | UnsupportedOperationException e) {
      listener.close();
      throw new CompletionException(e);
    }
  }

  private static void clear(Path directory, Path draft) {
    try {
      Files.deleteIfExists(draft);
      Files.delete(directory);
    } catch (IOException e) {
      log.warn("cannot remove {}: {}", directory, e.toString());
    }
  }

  static void remove(Path path) {
    try {
      Files.deleteIfExists(path);
    } catch (IOException e) {
      log.warn("cannot remove {}: {}", path, e.toString());
    }
  }
}
