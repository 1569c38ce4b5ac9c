package dev.parley.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.fuzz.FuzzTarget;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** Configuration files, and addresses as people write them. */
public final class ConfigFuzz {
  private static final Path FILE = Path.of("config.toml");

  private ConfigFuzz() {}

  public static List<FuzzTarget> targets() {
    return List.of(
        FuzzTarget.of("config", ConfigFuzz::config, ConfigFile.class, TomlText.class, KeyType.class)
            .seeds(
                "listen = \"127.0.0.1:0\"\nstun = [\"192.0.2.1:3478\"]\ntcp = false\n",
                "# x\n[messages]\nretention_days = 1_000\naccept_from_strangers = true\n",
                "[relay]\nlisten = \"[::1]:443\"\nhandshake_timeout = \"5s\"\ntls = \"off\"\n",
                "[relay.tls]\ncertificate_chain = 'a'\nprivate_key = 'b'\n",
                "relays = [\"wss://example.org\", {x = 0x1F}]\n",
                "x = 1979-05-27T07:32:00Z\ny = [[1.5, inf], [nan]]\nz = \"\"\"a\\u00e9\n\"\"\"\n")
            .allocating(8 << 20, 512),
        FuzzTarget.of("host-port", ConfigFuzz::hostPort, HostPort.class)
            .seeds("127.0.0.1:80", "[2001:db8::1]:443", "example.org:0", "[fe80::1%eth0]:1"));
  }

  /**
   * Names are looked up in an empty file of hosts (see Campaign and pom.xml), not in the network.
   */
  private static void config(byte[] input) {
    String text = new String(input, StandardCharsets.UTF_8);
    try {
      ConfigFile file = ConfigFile.of(FILE, text);
      NodeConfig node = file.node(NodeOverrides.NONE);
      assertThat(node.relays().size()).isLessThan(100);
      RelayConfig relay = file.relay(RelayOverrides.NONE);
      assertThat(relay.limits().maxClients()).isPositive();
    } catch (ConfigException e) {
      assertThat(e.hint()).isNotEmpty();
      assertThat(String.valueOf(e.getMessage()).length()).isLessThan(2_000);
    }
  }

  private static void hostPort(byte[] input) {
    String text = new String(input, StandardCharsets.UTF_8);
    try {
      InetSocketAddress server = HostPort.ofServer(text);
      assertThat(server.isUnresolved()).isTrue();
      assertThat(server.getPort()).isBetween(1, 65_535);
      InetSocketAddress listen = HostPort.toListen(text, ConfigFuzz::noName);
      assertThat(listen.getPort()).isEqualTo(server.getPort());
    } catch (IllegalArgumentException e) {
      assertThat(e).hasMessageMatching("(?s).+");
    }
  }

  private static InetAddress noName(String name) throws UnknownHostException {
    throw new UnknownHostException(name);
  }
}
