package dev.parley.home;

import dev.parley.proto.home.NodeHome;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Held while a node runs on a home, be it a daemon's or that of a program. Thread-safe.
 *
 * <p>The operating system drops the lock when the process ends, however it ends: a lock file left
 * by a crash is taken over without a question. The file itself stays, for deleting it would let two
 * daemons hold two files of one name.
 */
public final class HomeLock implements AutoCloseable {
  private static final int MAX_PID_DIGITS = 20;

  /**
   * Homes locked by this process. A POSIX lock is lost when the process closes any descriptor of
   * the file, so a second attempt within the process must not even open it.
   */
  private static final Set<Path> HELD_HERE = new HashSet<>();

  private final NodeHome home;
  private final FileChannel channel;

  private HomeLock(NodeHome home, FileChannel channel) {
    this.home = home;
    this.channel = channel;
  }

  /**
   * Makes the runtime directory and takes the lock. Does not wait.
   *
   * @throws HomeException when another daemon runs on this home (naming its process id), or the
   *     directory cannot be used
   */
  public static HomeLock acquire(NodeHome home) throws HomeException {
    RuntimeDirectory.prepare(home);
    synchronized (HELD_HERE) {
      if (HELD_HERE.contains(key(home))) {
        throw taken(home, Long.toString(ProcessHandle.current().pid()));
      }
      HomeLock lock = new HomeLock(home, open(home));
      HELD_HERE.add(key(home));
      return lock;
    }
  }

  private static FileChannel open(NodeHome home) throws HomeException {
    FileChannel channel = null;
    try {
      channel =
          FileChannel.open(
              home.lockFile(),
              StandardOpenOption.CREATE,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE);
      FileLock lock = channel.tryLock();
      if (lock == null) {
        String pid = readPid(channel);
        channel.close();
        throw taken(home, pid);
      }
      String pid = Long.toString(ProcessHandle.current().pid());
      channel.truncate(0);
      channel.write(ByteBuffer.wrap((pid + "\n").getBytes(StandardCharsets.US_ASCII)), 0);
      return channel;
    } catch (IOException e) {
      closeQuietly(channel, e);
      throw new HomeException(
          "cannot lock " + home.lockFile() + ": " + RuntimeDirectory.reason(e),
          "make it writable, with some room on its disk, or let PARLEY_HOME name another place",
          e);
    }
  }

  private static HomeException taken(NodeHome home, String pid) {
    return new HomeException(
        "another node"
            + (pid.isEmpty() ? "" : " (process " + pid + ")")
            + " is already running on "
            + home.data(),
        "end it (a parleyd: by `parley down`), or let PARLEY_HOME name another place for this one");
  }

  private static String readPid(FileChannel channel) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(MAX_PID_DIGITS);
    channel.read(bytes, 0);
    String text = new String(bytes.array(), 0, bytes.position(), StandardCharsets.US_ASCII).trim();
    return text.chars().allMatch(Character::isDigit) ? text : "";
  }

  private static void closeQuietly(@Nullable FileChannel channel, IOException cause) {
    if (channel == null) {
      return;
    }
    try {
      channel.close();
    } catch (IOException e) {
      cause.addSuppressed(e);
    }
  }

  private static Path key(NodeHome home) {
    return home.lockFile().toAbsolutePath().normalize();
  }

  boolean isHeld() {
    return channel.isOpen();
  }

  @Override
  public void close() {
    synchronized (HELD_HERE) {
      if (!channel.isOpen()) {
        return;
      }
      HELD_HERE.remove(key(home));
      try {
        channel.close();
      } catch (IOException e) {
        // The lock goes with the descriptor, and the descriptor with the process, in any case.
        throw new java.io.UncheckedIOException("cannot release " + home.lockFile(), e);
      }
    }
  }
}
