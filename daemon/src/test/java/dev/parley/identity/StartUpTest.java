package dev.parley.identity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.proto.home.NodeHome;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StartUpTest {
  @TempDir Path temp;

  @Test
  void bouncyCastleIsLoadedForTheFirstStartAndForNoOther() throws Exception {
    assertThat(classesLoadedByAStart()).contains("org.bouncycastle");

    assertThat(classesLoadedByAStart()).contains(Identity.class.getName());
    assertThat(classesLoadedByAStart()).doesNotContain("org.bouncycastle");
  }

  private String classesLoadedByAStart() throws Exception {
    Path log = Files.createTempFile(temp, "classes", ".log");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xshare:auto",
                "-Xlog:class+load:file=" + log,
                "-cp",
                System.getProperty("java.class.path"),
                Start.class.getName(),
                temp.resolve("home").toString())
            .redirectErrorStream(true)
            .redirectOutput(temp.resolve("out.log").toFile())
            .start();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(Files.readString(temp.resolve("out.log"))).isZero();
    return Files.readString(log);
  }

  /** Loads an identity and ends. */
  static final class Start {
    private Start() {}

    public static void main(String[] args) throws IdentityException {
      NodeHome home = NodeHome.in(Path.of(args[0]));
      PassphraseSource none = new EnvironmentPassphrase(Map.of(), keyFile -> Optional.empty());
      System.out.println(new IdentityFile(home, none, new SecureRandom()).loadOrCreate().id());
    }
  }
}
