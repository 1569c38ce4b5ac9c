package dev.parley.proto.home;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * The places of one node: configuration, data (keys and database) and its runtime files (socket,
 * lock).
 *
 * <p>{@code PARLEY_HOME} puts all of them into one directory. Otherwise the XDG Base Directory
 * places are used.
 */
public record NodeHome(Path config, Path data, Path runtime) {
  /** Longest path of a Unix socket that every platform takes, in bytes. */
  public static final int MAX_SOCKET_PATH_BYTES = 103;

  /** The places that the environment names. */
  public static NodeHome from(Map<String, String> environment) {
    String home = environment.getOrDefault("PARLEY_HOME", "");
    if (!home.isEmpty()) {
      return in(Path.of(home).toAbsolutePath().normalize());
    }
    Path user = Path.of(environment.getOrDefault("HOME", "."));
    Path data =
        absolute(environment, "XDG_DATA_HOME")
            .orElse(user.resolve(".local").resolve("share"))
            .resolve("parley");
    Path config =
        absolute(environment, "XDG_CONFIG_HOME").orElse(user.resolve(".config")).resolve("parley");
    Path runtime =
        absolute(environment, "XDG_RUNTIME_DIR")
            .map(path -> path.resolve("parley"))
            .orElse(data.resolve("run"));
    return new NodeHome(config, data, runtime);
  }

  /** All of a node in one directory. */
  public static NodeHome in(Path directory) {
    return new NodeHome(directory, directory, directory.resolve("run"));
  }

  public Path configFile() {
    return config.resolve("config.toml");
  }

  public Path keyFile() {
    return data.resolve("identity.key");
  }

  public Path certificateFile() {
    return data.resolve("identity.crt");
  }

  public Path database() {
    return data.resolve("parley.db");
  }

  /** The control socket; its directory is 0700. */
  public Path socket() {
    return runtime.resolve("control.sock");
  }

  /** Locked while a daemon runs on this home; holds its process id. */
  public Path lockFile() {
    return runtime.resolve("daemon.lock");
  }

  /** Where a daemon started in the background logs. */
  public Path logFile() {
    return data.resolve("parleyd.log");
  }

  /** The XDG specification has relative paths ignored. */
  private static Optional<Path> absolute(Map<String, String> environment, String variable) {
    return Optional.of(Path.of(environment.getOrDefault(variable, ""))).filter(Path::isAbsolute);
  }
}
