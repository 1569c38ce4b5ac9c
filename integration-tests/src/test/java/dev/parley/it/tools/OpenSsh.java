package dev.parley.it.tools;

import dev.parley.it.process.Home;
import dev.parley.it.process.Running;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/**
 * OpenSSH's server on the loopback of a host, and the configuration of a client that is let in as
 * root by a key. Keys, ports and files are of this test alone.
 */
public final class OpenSsh {
  private static final int PORT = 2222;

  private final Path directory;

  private OpenSsh(Path directory) {
    this.directory = directory;
  }

  /** Starts a server where the programs of this home run, and waits until it listens. */
  public static OpenSsh serve(Home home, String address, Path directory) throws Exception {
    Files.createDirectory(
        directory,
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    key(directory.resolve("host"));
    key(directory.resolve("user"));
    Files.writeString(
        directory.resolve("known"), "bob " + Files.readString(directory.resolve("host.pub")));
    // Strict modes would look at the directory of temporary files, which everybody may write.
    Files.writeString(
        directory.resolve("sshd.conf"),
        """
        Port %d
        ListenAddress %s
        HostKey %s/host
        AuthorizedKeysFile %s/user.pub
        StrictModes no
        PermitRootLogin prohibit-password
        PasswordAuthentication no
        KbdInteractiveAuthentication no
        UsePAM no
        PidFile none
        Subsystem sftp internal-sftp
        """
            .formatted(PORT, address, directory, directory));
    // It wants an empty directory that only root can write; in the mount namespace of its own that
    // `ip netns exec` gives it, nobody else sees that one.
    Running server =
        home.launchIn(
            directory,
            "sshd",
            "sh -c 'mount -t tmpfs parley-test /run && mkdir -m 755 /run/sshd && exec "
                + Tool.SSHD
                + " -D -e -f "
                + directory.resolve("sshd.conf")
                + "'");
    server.awaitError("Server listening on " + address);
    return new OpenSsh(directory);
  }

  private static void key(Path file) throws IOException, InterruptedException {
    Process made =
        new ProcessBuilder(
                List.of("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", file.toString()))
            .inheritIO()
            .start();
    if (made.waitFor() != 0) {
      throw new IllegalStateException("ssh-keygen failed");
    }
  }

  public static int port() {
    return PORT;
  }

  /** Options of a client that reaches host "bob" by this command. */
  public String throughProxy(String command) {
    return client("proxied", "ProxyCommand " + command);
  }

  /** Options of a client that connects to host "bob" by itself. */
  public String directly(String address) {
    return client("direct", "HostName " + address + "\n  Port " + PORT);
  }

  private String client(String name, String way) {
    Path file = directory.resolve(name + ".conf");
    try {
      Files.writeString(
          file,
          """
          Host bob
            %s
            User root
            HostKeyAlias bob
            IdentityFile %s/user
            IdentitiesOnly yes
            UserKnownHostsFile %s/known
            StrictHostKeyChecking yes
            BatchMode yes
            LogLevel ERROR
          """
              .formatted(way, directory, directory));
      return "-F " + file;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
