package dev.parley.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.common.collect.ImmutableList;
import dev.parley.config.RelayConfig.Tls;
import dev.parley.discovery.RelayUrl;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigFileTest {
  private static final String RELAY_A =
      "a.example.org:443#aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
  private static final String RELAY_B = "wss://b.example.org";
  private static final InetSocketAddress ANYWHERE = HostPort.toListen("[::]:0");

  @TempDir Path temp;
  private Path file;

  @BeforeEach
  void setUp() {
    file = temp.resolve("config.toml");
  }

  @Test
  void aMissingFileLeavesTheDefaults() throws Exception {
    NodeConfig config = ConfigFile.load(file).node(NodeOverrides.NONE);

    assertThat(config)
        .isEqualTo(
            new NodeConfig(
                ANYWHERE,
                ImmutableList.of(),
                ImmutableList.of(),
                NodeConfig.MessageLimits.DEFAULT,
                false,
                true));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\n\n", "# nothing\n", "[messages]\n[relay]\n[relay.limits]\n"})
  void anEmptyFileLeavesTheDefaultsToo(String content) throws Exception {
    assertThat(load(content).node(NodeOverrides.NONE).messages())
        .isEqualTo(NodeConfig.MessageLimits.DEFAULT);
  }

  @Test
  void everyKeyOfTheNodeIsTaken() throws Exception {
    NodeConfig config =
        load("""
            listen = "127.0.0.1:4242"
            relays = [
              "%s",
              "%s", # the second
            ]
            stun = ["stun.example.org:3478", "[2001:db8::1]:3478"]
            port_mapping = true
            tcp = false

            [messages]
            max_outbox_per_peer = 1_000
            max_unread_per_peer = 2_000
            max_unread_from_strangers = 30
            accept_from_strangers = false
            """
                .formatted(RELAY_A, RELAY_B))
            .node(NodeOverrides.NONE);

    assertThat(config)
        .isEqualTo(
            new NodeConfig(
                new InetSocketAddress("127.0.0.1", 4242),
                ImmutableList.of(RelayUrl.parse(RELAY_A), RelayUrl.parse(RELAY_B)),
                ImmutableList.of(
                    InetSocketAddress.createUnresolved("stun.example.org", 3478),
                    InetSocketAddress.createUnresolved("2001:db8::1", 3478)),
                new NodeConfig.MessageLimits(1000, 2000, 30, false),
                true,
                false));
  }

  @Test
  void everyKeyOfTheRelayIsTaken() throws Exception {
    RelayConfig config =
        load("""
            [relay]
            listen = "127.0.0.1:443"
            stun = "127.0.0.1:3478"
            tls = { certificate_chain = "tls/chain.pem", private_key = "/etc/relay.key" }

            [relay.limits]
            max_clients = 1
            max_handshakes = 2
            max_new_connections_per_second = 3
            max_new_connections_per_address_per_second = 4
            handshake_timeout = "500ms"
            max_datagram_bytes = 1_300
            send_queue_bytes = 20_000
            bytes_per_second_per_client = 5_000_000_000
            stun_per_second = 6
            """)
            .relay(RelayOverrides.NONE);

    assertThat(config)
        .isEqualTo(
            new RelayConfig(
                new InetSocketAddress("127.0.0.1", 443),
                Optional.of(new InetSocketAddress("127.0.0.1", 3478)),
                new Tls.Files(temp.resolve("tls/chain.pem"), Path.of("/etc/relay.key")),
                new RelayConfig.Limits(
                    1, 2, 3, 4, Duration.ofMillis(500), 1300, 20_000, 5_000_000_000L, 6)));
  }

  @Test
  void aRelayNeedsNothingButAPlaceToListen() throws Exception {
    RelayOverrides listen = new RelayOverrides(Optional.of(ANYWHERE), Optional.empty());

    assertThat(ConfigFile.load(file).relay(listen))
        .isEqualTo(
            new RelayConfig(
                ANYWHERE, Optional.empty(), new Tls.SelfSigned(), RelayConfig.Limits.DEFAULT));
  }

  @Test
  void aRelayWithoutAPlaceToListenIsRefused() throws Exception {
    ConfigFile config = load("[relay]\ntls = \"off\"\n");

    ConfigException refused =
        catchThrowableOfType(ConfigException.class, () -> config.relay(RelayOverrides.NONE));

    assertThat(refused).hasMessageContaining("relay.listen is missing");
    assertThat(refused.hint()).contains("--listen HOST:PORT");
  }

  @ParameterizedTest
  @CsvSource({"self, SelfSigned", "off, Off"})
  void theRelaysTlsHasAWordForEachKind(String word, String kind) throws Exception {
    ConfigFile config = load("[relay]\nlisten = \"[::1]:0\"\ntls = \"" + word + "\"\n");

    assertThat(config.relay(RelayOverrides.NONE).tls().getClass().getSimpleName()).isEqualTo(kind);
  }

  @ParameterizedTest
  @ValueSource(strings = {"certificate_chain", "private_key"})
  void halfACertificateIsRefused(String key) throws Exception {
    ConfigFile config =
        load("[relay]\nlisten = \"[::1]:0\"\n[relay.tls]\n" + key + " = \"x.pem\"\n");

    ConfigException refused =
        catchThrowableOfType(ConfigException.class, () -> config.relay(RelayOverrides.NONE));

    assertThat(refused)
        .hasMessage(file + ", line 3: relay.tls needs both certificate_chain and private_key");
  }

  @Test
  void theCommandLineOverridesTheFile() throws Exception {
    ConfigFile config =
        load(
            """
            listen = "127.0.0.1:1"
            relays = ["%s"]
            stun = ["a.example.org:1"]
            [relay]
            listen = "127.0.0.1:2"
            stun = "127.0.0.1:3"
            """
                .formatted(RELAY_A));
    InetSocketAddress listen = HostPort.toListen("127.0.0.1:9");
    InetSocketAddress stun = HostPort.ofServer("b.example.org:9");
    RelayUrl relay = RelayUrl.parse(RELAY_B);

    NodeConfig node =
        config.node(
            new NodeOverrides(
                Optional.of(listen), ImmutableList.of(relay), ImmutableList.of(stun)));
    RelayConfig asRelay =
        config.relay(new RelayOverrides(Optional.of(listen), Optional.of(listen)));

    assertThat(node.listen()).isEqualTo(listen);
    assertThat(node.relays()).containsExactly(relay);
    assertThat(node.stun()).containsExactly(stun);
    assertThat(asRelay.listen()).isEqualTo(listen);
    assertThat(asRelay.stun()).contains(listen);
  }

  @Test
  void aMistakeIsToldWithFileLineKeyValueAndExpectation() throws Exception {
    ConfigException refused =
        refusal("# mine\n\n[messages]\nmax_unread_per_peer = 5\nmax_outbox_per_peer = 0\n");

    assertThat(refused)
        .hasMessage(
            file
                + ", line 5: messages.max_outbox_per_peer = 0:"
                + " expected a whole number from 1 to 100_000_000");
    assertThat(refused.hint()).contains("docs/configuration.md");
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "listen = 4242                      | HOST:PORT",
        "listen = \"4242\"                  | lacks ':' and a port",
        "listen = \"localhost:70000\"       | number from 0 to 65535",
        "listen = \"::1:5\"                 | stands in brackets",
        "listen = [\"[::]:0\"]              | HOST:PORT",
        "relays = \"b.example.org\"         | a list of at most 8 relay URLs",
        "relays = [\"b.example.org:443\"]   | lacks '#' and the relay's id",
        "relays = [5]                       | a list of at most 8 relay URLs",
        "relays = { a = 1 }                 | a list of at most 8 relay URLs",
        "stun = [\"example.org:0\"]         | a server's port is 1 to 65535",
        "messages = 5                       | a table: [messages]",
        "messages.max_outbox_per_peer = 1.5 | a whole number",
        "messages.max_outbox_per_peer = \"5\" | a whole number",
        "messages.max_outbox_per_peer = -1  | a whole number",
        "messages.max_outbox_per_peer = 100_000_001 | a whole number",
        "messages.max_outbox_per_peer = 4294967297 | whole number",
        "messages.accept_from_strangers = 1 | true or false",
        "messages.accept_from_strangers = \"yes\" | true or false",
        "relay = true                       | a table: [relay]",
        "relay.tls = \"on\"                 | \"self\" or \"off\"",
        "relay.tls = true                   | \"self\" or \"off\"",
        "relay.tls.private_key = \"\"       | the path of a file",
        "relay.limits.handshake_timeout = 5 | a time from \"100ms\" to \"60s\"",
        "relay.limits.handshake_timeout = \"5\" | a time from",
        "relay.limits.handshake_timeout = \"61s\" | a time from",
        "relay.limits.handshake_timeout = \"999999999m\" | a time from",
        "relay.limits.handshake_timeout = \"99ms\" | a time from",
        "relay.limits.max_datagram_bytes = 1_199 | from 1_200 to 9_000",
        "relay.limits.max_datagram_bytes = 9_001 | from 1_200 to 9_000",
        "relay.limits.bytes_per_second_per_client = 9_999 | from 10_000 to",
      },
      delimiter = '|')
  void aValueOfTheWrongKindOrOutOfRangeIsRefused(String line, String expectation) throws Exception {
    String key = line.substring(0, line.indexOf(' '));

    ConfigException refused = refusal("\n" + line + "\n");

    assertThat(refused)
        .hasMessageStartingWith(file + ", line 2: " + key + " = ")
        .hasMessageContaining(": expected ")
        .hasMessageContaining(expectation);
  }

  @Test
  void eightRelaysAreTakenAndANinthIsNot() throws Exception {
    String eight = ("\"" + RELAY_B + "\",").repeat(8);

    assertThat(load("relays = [" + eight + "]").node(NodeOverrides.NONE).relays()).hasSize(8);
    assertThat(refusal("relays = [" + eight + "\"" + RELAY_B + "\"]"))
        .hasMessageContaining("at most 8 relay URLs; there are 9");
  }

  @ParameterizedTest
  @CsvSource({
    "listn,                                listen",
    "relay_s,                              relays",
    "messages.max_outbox_per_pear,         messages.max_outbox_per_peer",
    "messages.maxOutboxPerPeer,            messages.max_outbox_per_peer",
    "message.max_unread_per_peer,          messages.max_unread_per_peer",
    "max_unread_per_peer,                  messages.max_unread_per_peer",
    "relay.handshake_timeout,              relay.limits.handshake_timeout",
    "relay.limits.max_client,              relay.limits.max_clients",
    "relay.tls.privat_key,                 relay.tls.private_key",
  })
  void anUnknownKeyIsRefusedWithTheOneThatWasMeant(String typed, String meant) throws Exception {
    ConfigException refused = refusal("# a comment\n" + typed + " = 1\n");

    assertThat(refused).hasMessage(file + ", line 2: '" + typed + "' is no key that is known here");
    assertThat(refused.hint()).startsWith("Did you mean '" + meant + "'?");
  }

  @ParameterizedTest
  @ValueSource(strings = {"colour", "messages.colour", "log.level"})
  void anUnknownKeyThatIsLikeNoneGetsNoGuess(String typed) throws Exception {
    assertThat(refusal(typed + " = 1\n").hint()).isEqualTo("docs/configuration.md lists all keys.");
  }

  @Test
  void anUnknownTableIsRefused() throws Exception {
    assertThat(refusal("[mesages]\nmax_outbox_per_peer = 5\n"))
        .hasMessage(file + ", line 2: 'mesages.max_outbox_per_peer' is no key that is known here");
    assertThat(refusal("\n[mesages]\n"))
        .hasMessage(file + ", line 2: 'mesages' is no key that is known here");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "listen = ",
        "listen = \"[::]:0",
        "listen = [::]:0",
        "listen",
        "[messages",
        "relays = [\"a\" \"b\"]",
        "= 5",
        "listen = \"[::]:0\" listen = 5",
        // 2^64 + 1: the parser would read 1.
        "messages.max_outbox_per_peer = 18446744073709551617",
        "messages.max_outbox_per_peer = 18_446_744_073_709_551_617 # huge",
        "messages = { max_outbox_per_peer = 18446744073709551617 }",
        "messages.max_outbox_per_peer = 0x100000000000000000001",
      })
  void whatIsNoTomlIsRefusedWithItsLine(String line) throws Exception {
    ConfigException refused = refusal("# one\n# two\n" + line + "\n");

    assertThat(refused).hasMessageStartingWith(file + ", line 3: no valid TOML: ");
  }

  @Test
  void theLineOfASyntaxErrorIsWhereTheParserStopped() throws Exception {
    assertThat(refusal("stun = []\nlisten = ]\nrelays = []\n")).hasMessageContaining("line 2:");
  }

  /** The parser calls itself for every bracket: this deep, it runs out of stack. */
  @Test
  void whatIsNestedTooDeepIsRefusedWithASentence() throws Exception {
    assertThat(refusal("relays = " + "[".repeat(100_000) + "\n"))
        .hasMessageContaining("nested too deep");
  }

  @Test
  void aFileOfMoreThanAnyKeysTakeIsNotRead() throws Exception {
    assertThat(refusal("#".repeat(TomlText.MAX_CHARACTERS + 1)))
        .hasMessageContaining("at most " + TomlText.MAX_CHARACTERS);
  }

  /** Where a key stands is looked for in every line; blanks without end must not take for ever. */
  @Test
  void aMistakeBehindALongLineOfBlanksIsToldAtOnce() throws Exception {
    String blanks = " ".repeat(50_000);
    assertThat(refusal("#" + blanks + "\na = \"\"\"\n" + blanks + "x\n[b" + blanks + "x\"\"\"\n"))
        .hasMessageContaining("is no key that is known here");
  }

  @Test
  void aFileThatIsNoTextIsRefused() throws Exception {
    Files.write(file, new byte[] {'a', (byte) 0xff, (byte) 0xfe});

    assertThat(catchThrowableOfType(ConfigException.class, () -> ConfigFile.load(file)))
        .hasMessageContaining("not UTF-8");
  }

  @Test
  void aDirectoryInPlaceOfTheFileIsRefused() throws Exception {
    Files.createDirectory(file);

    assertThat(catchThrowableOfType(ConfigException.class, () -> ConfigFile.load(file)))
        .hasMessageContaining("cannot be read");
  }

  @Test
  void aLongValueIsShownShortened() throws Exception {
    ConfigException refused = refusal("listen = \"" + "x".repeat(5000) + "\"\n");

    assertThat(refused.getMessage().length()).isLessThan(500);
  }

  private ConfigFile load(String content) throws Exception {
    Files.write(file, content.getBytes(StandardCharsets.UTF_8));
    return ConfigFile.load(file);
  }

  private ConfigException refusal(String content) throws Exception {
    Files.write(file, content.getBytes(StandardCharsets.UTF_8));
    ConfigException refused =
        catchThrowableOfType(ConfigException.class, () -> ConfigFile.load(file));
    assertThat(refused).isNotNull();
    return refused;
  }
}
