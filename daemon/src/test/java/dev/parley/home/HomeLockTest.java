package dev.parley.home;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.proto.home.NodeHome;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HomeLockTest {
  @TempDir Path directory;

  private NodeHome home() {
    return NodeHome.in(directory.resolve("home"));
  }

  @Test
  void theRuntimeDirectoryIsTheOwnersAlone() throws Exception {
    Files.createDirectories(home().runtime());
    Files.setPosixFilePermissions(home().runtime(), PosixFilePermissions.fromString("rwxr-xr-x"));
    try (HomeLock lock = HomeLock.acquire(home())) {
      assertThat(lock.isHeld()).isTrue();
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(home().runtime())))
          .isEqualTo("rwx------");
      assertThat(Files.readString(home().lockFile()).trim())
          .isEqualTo(Long.toString(ProcessHandle.current().pid()));
    }
  }

  @Test
  void aSecondDaemonInTheSameProcessIsRefusedAndTheFirstKeepsItsLock() throws Exception {
    try (HomeLock first = HomeLock.acquire(home())) {
      assertThatThrownBy(() -> HomeLock.acquire(home()))
          .isInstanceOf(HomeException.class)
          .hasMessageContaining("already running")
          .hasMessageContaining(Long.toString(ProcessHandle.current().pid()));
      assertThat(first.isHeld()).isTrue();
    }
    HomeLock.acquire(home()).close();
  }

  @Test
  void aDaemonInAnotherProcessIsNamedByItsPid() throws Exception {
    Files.createDirectories(home().runtime());
    Process other =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Holder.class.getName(),
                home().lockFile().toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (BufferedReader out = new BufferedReader(new InputStreamReader(other.getInputStream()))) {
      assertThat(out.readLine()).isEqualTo("held");
      assertThatThrownBy(() -> HomeLock.acquire(home()))
          .isInstanceOf(HomeException.class)
          .hasMessageContaining("process 12345");
    } finally {
      other.destroyForcibly().waitFor();
    }
    // What a killed process leaves behind is no obstacle.
    HomeLock.acquire(home()).close();
  }

  /** Another daemon, as far as the lock is concerned. */
  static final class Holder {
    public static void main(String[] arguments) throws Exception {
      FileChannel channel =
          FileChannel.open(
              Path.of(arguments[0]), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      channel.write(java.nio.ByteBuffer.wrap("12345\n".getBytes("US-ASCII")));
      channel.lock();
      System.out.println("held");
      System.in.read();
    }
  }

  @Test
  void aSocketPathThatIsTooLongIsRefusedWithAWayOut() {
    NodeHome deep = NodeHome.in(directory.resolve("d".repeat(100)));
    assertThatThrownBy(() -> HomeLock.acquire(deep))
        .isInstanceOfSatisfying(
            HomeException.class, e -> assertThat(e.hint()).contains("PARLEY_HOME"))
        .hasMessageContaining("too long");
  }

  @Test
  void aLinkInPlaceOfTheRuntimeDirectoryIsRefused() throws Exception {
    Files.createDirectories(home().data());
    Path elsewhere = Files.createDirectory(directory.resolve("elsewhere"));
    Files.createSymbolicLink(home().runtime(), elsewhere);
    assertThatThrownBy(() -> HomeLock.acquire(home()))
        .isInstanceOf(HomeException.class)
        .hasMessageContaining("link");
  }

  @Test
  void aPlaceThatCannotBeMadeIsNamed() throws Exception {
    Path file = Files.createFile(directory.resolve("file"));
    assertThatThrownBy(() -> HomeLock.acquire(NodeHome.in(file.resolve("home"))))
        .isInstanceOf(HomeException.class)
        .hasMessageContaining("cannot prepare the directory");
  }
}
