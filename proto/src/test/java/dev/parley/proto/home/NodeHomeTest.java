package dev.parley.proto.home;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NodeHomeTest {
  @Test
  void parleyHomePutsEverythingIntoOneDirectory() {
    NodeHome home =
        NodeHome.from(
            Map.of("PARLEY_HOME", "/srv/alice", "HOME", "/home/u", "XDG_DATA_HOME", "/data"));

    assertThat(home).isEqualTo(NodeHome.in(Path.of("/srv/alice")));
    assertThat(home.configFile()).isEqualTo(Path.of("/srv/alice/config.toml"));
    assertThat(home.keyFile()).isEqualTo(Path.of("/srv/alice/identity.key"));
    assertThat(home.certificateFile()).isEqualTo(Path.of("/srv/alice/identity.crt"));
    assertThat(home.database()).isEqualTo(Path.of("/srv/alice/parley.db"));
    assertThat(home.logFile()).isEqualTo(Path.of("/srv/alice/parleyd.log"));
    assertThat(home.socket()).isEqualTo(Path.of("/srv/alice/run/control.sock"));
    assertThat(home.lockFile()).isEqualTo(Path.of("/srv/alice/run/daemon.lock"));
  }

  @Test
  void aRelativeParleyHomeIsMadeAbsolute() {
    NodeHome home = NodeHome.from(Map.of("PARLEY_HOME", "some/../alice"));

    assertThat(home.data()).isEqualTo(Path.of("alice").toAbsolutePath());
  }

  @Test
  void theXdgVariablesAreFollowed() {
    NodeHome home =
        NodeHome.from(
            Map.of(
                "HOME", "/home/u",
                "XDG_CONFIG_HOME", "/conf",
                "XDG_DATA_HOME", "/data",
                "XDG_RUNTIME_DIR", "/run/user/1000"));

    assertThat(home)
        .isEqualTo(
            new NodeHome(
                Path.of("/conf/parley"),
                Path.of("/data/parley"),
                Path.of("/run/user/1000/parley")));
  }

  @Test
  void withoutThemTheDefaultsOfXdgHold() {
    NodeHome home = NodeHome.from(Map.of("HOME", "/home/u"));

    assertThat(home.config()).isEqualTo(Path.of("/home/u/.config/parley"));
    assertThat(home.data()).isEqualTo(Path.of("/home/u/.local/share/parley"));
    assertThat(home.runtime()).isEqualTo(Path.of("/home/u/.local/share/parley/run"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "relative/path", "."})
  void anXdgPathThatIsEmptyOrRelativeIsIgnored(String path) {
    NodeHome home =
        NodeHome.from(
            Map.of(
                "HOME", "/home/u",
                "PARLEY_HOME", "",
                "XDG_CONFIG_HOME", path,
                "XDG_DATA_HOME", path,
                "XDG_RUNTIME_DIR", path));

    assertThat(home).isEqualTo(NodeHome.from(Map.of("HOME", "/home/u")));
  }
}
