package dev.parley.home;

import dev.parley.proto.home.NodeHome;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.OptionalInt;
import java.util.Set;

/**
 * The directory of the socket and the lock. A socket file comes out readable by everyone whatever
 * the umask, so it is the directory, 0700 and ours, that keeps other users away.
 *
 * @param owner the user this process acts as
 * @param uid the same as a number, where the platform has such a thing
 */
public record RuntimeDirectory(Path path, UserPrincipal owner, OptionalInt uid) {
  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rwx------");

  /**
   * Makes the directory where it is missing, and keeps others out of it.
   *
   * @throws HomeException when that cannot be, or the path of the socket in it would be too long
   */
  public static RuntimeDirectory prepare(NodeHome home) throws HomeException {
    checkSocketPath(home);
    Path path = home.runtime();
    try {
      Files.createDirectories(path, ownerOnly(path));
      if (!Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
        throw new HomeException(
            path + " is a link, and the control socket must not stand where others may point it",
            "remove " + path + " and start again");
      }
      OptionalInt uid = isPosix(path) ? own(path) : OptionalInt.empty();
      return new RuntimeDirectory(path, Files.getOwner(path), uid);
    } catch (IOException e) {
      throw new HomeException(
          "cannot prepare the directory " + path + ": " + reason(e),
          "make it writable, with some room on its disk, or let PARLEY_HOME name another place",
          e);
    }
  }

  private static void checkSocketPath(NodeHome home) throws HomeException {
    int bytes = home.socket().toString().getBytes(StandardCharsets.UTF_8).length;
    if (bytes > NodeHome.MAX_SOCKET_PATH_BYTES) {
      throw new HomeException(
          "the path of the control socket is too long: "
              + home.socket()
              + " has "
              + bytes
              + " bytes, and a Unix socket takes "
              + NodeHome.MAX_SOCKET_PATH_BYTES,
          "let PARLEY_HOME name a directory with a shorter path, such as /tmp/p");
    }
  }

  private static OptionalInt own(Path path) throws IOException, HomeException {
    int owner = uidOf(path);
    if (owner != uidOfThisProcess(path)) {
      throw new HomeException(
          path + " belongs to another user (uid " + owner + ")",
          "remove it, or let PARLEY_HOME name a directory of your own");
    }
    if (!OWNER_ONLY.containsAll(Files.getPosixFilePermissions(path))) {
      Files.setPosixFilePermissions(path, OWNER_ONLY);
    }
    return OptionalInt.of(owner);
  }

  /** Of a file made here and now: the one way to learn it that every POSIX platform has. */
  private static int uidOfThisProcess(Path path) throws IOException {
    Path probe = Files.createTempFile(path, ".uid", "");
    try {
      return uidOf(probe);
    } finally {
      Files.delete(probe);
    }
  }

  private static int uidOf(Path path) throws IOException {
    return (Integer) Files.getAttribute(path, "unix:uid", LinkOption.NOFOLLOW_LINKS);
  }

  private static FileAttribute<?>[] ownerOnly(Path path) {
    return isPosix(path)
        ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(OWNER_ONLY)}
        : new FileAttribute<?>[0];
  }

  private static boolean isPosix(Path path) {
    return path.getFileSystem().supportedFileAttributeViews().contains("unix");
  }

  /** Why, in words for the user. */
  public static String reason(IOException e) {
    if (e instanceof AccessDeniedException) {
      return "permission denied";
    }
    String message = e.getMessage();
    return message == null ? e.getClass().getSimpleName() : message;
  }
}
