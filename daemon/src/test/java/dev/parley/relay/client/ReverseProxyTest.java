package dev.parley.relay.client;

import static dev.parley.relay.client.RecordingListener.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.parley.config.RelayConfig.Limits;
import dev.parley.config.RelayConfig.Tls;
import dev.parley.discovery.RelayUrl;
import dev.parley.identity.Identity;
import dev.parley.identity.ThrowawayIdentity;
import dev.parley.nat.PeerKey;
import dev.parley.relay.TestRelays;
import dev.parley.relay.server.RelayServer;
import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.io.File;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.net.ssl.TrustManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A relay behind a real nginx, reached by wss:// and a certificate authority of the test's own. */
final class ReverseProxyTest {
  private static final String CONFIG =
      """
      daemon off;
      master_process off;
      pid nginx.pid;
      error_log stderr;
      events {}
      http {
        access_log off;
        client_body_temp_path body;
        proxy_temp_path proxy;
        fastcgi_temp_path fastcgi;
        uwsgi_temp_path uwsgi;
        scgi_temp_path scgi;
        server {
          listen 127.0.0.1:%d ssl;
          ssl_certificate server.crt;
          ssl_certificate_key server.key;
          location /parley {
            proxy_pass %s;
            proxy_ssl_protocols TLSv1.3;
            proxy_http_version 1.1;
            proxy_set_header Upgrade $http_upgrade;
            proxy_set_header Connection "upgrade";
            proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
          }
        }
      }
      """;

  private final MultiThreadIoEventLoopGroup group =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final EventLoop loop = group.next();
  private final TestAuthority authority = new TestAuthority();
  @TempDir private Path directory;
  private RelayServer relay;
  private Process nginx;
  private int port;

  @BeforeEach
  void nginxIsThere() {
    assumeThat(nginx())
        .as("nginx is not installed: install the package nginx-light (or nginx)")
        .isPresent();
  }

  @AfterEach
  void stop() throws Exception {
    if (nginx != null) {
      nginx.destroy();
      nginx.waitFor();
    }
    if (relay != null) {
      relay.close();
    }
    group.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
  }

  private static Optional<Path> nginx() {
    return Stream.concat(
            Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator)),
            Stream.of("/usr/sbin", "/usr/local/sbin"))
        .map(folder -> Path.of(folder, "nginx"))
        .filter(Files::isExecutable)
        .findFirst();
  }

  private void startWith(Tls tls, String scheme) throws Exception {
    relay = RelayServer.start(ThrowawayIdentity.create(), TestRelays.config(tls, Limits.DEFAULT));
    try (ServerSocket free = new ServerSocket(0, 1, TestRelays.loopback(0).getAddress())) {
      port = free.getLocalPort();
    }
    authority.issue("localhost", directory.resolve("server.crt"), directory.resolve("server.key"));
    String upstream = scheme + "://127.0.0.1:" + relay.address().getPort();
    Path config =
        Files.writeString(directory.resolve("nginx.conf"), CONFIG.formatted(port, upstream));
    nginx =
        new ProcessBuilder(
                nginx().orElseThrow().toString(),
                "-p",
                directory.toString(),
                "-c",
                config.toString(),
                "-e",
                "stderr")
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("nginx.log").toFile())
            .start();
  }

  private final class Node {
    final Identity identity = ThrowawayIdentity.create();
    final RecordingListener listener = new RecordingListener();
    final RelayClient client;

    Node(Optional<TrustManager> trust, RelayUrl url) {
      client =
          RelayClient.create(
              url,
              new RelayEnvironment(identity, loop, Runnable::run, new SecureRandom(), trust),
              listener);
      loop.execute(client::start);
    }
  }

  private RelayUrl url(String host) {
    return RelayUrl.parse("wss://" + host + ":" + port);
  }

  @Test
  void datagramsPassThroughAProxyThatBringsTls() throws Exception {
    startWith(new Tls.Off(), "http");
    datagramsPass();
  }

  @Test
  void datagramsPassThroughAProxyThatSpeaksTlsToTheRelayToo() throws Exception {
    startWith(new Tls.SelfSigned(), "https");
    datagramsPass();
  }

  private void datagramsPass() {
    Node alice = new Node(Optional.of(authority.trustManager()), url("localhost"));
    // One that also pins the key behind the proxy.
    Node bob =
        new Node(
            Optional.of(authority.trustManager()),
            RelayUrl.parse(url("localhost") + "#" + relay.url().pinned().orElseThrow()));
    assertThat(await(alice.listener.greetings).relay())
        .isEqualTo(relay.url().pinned().orElseThrow());
    RelayGreeting greeting = await(bob.listener.greetings);
    assertThat(greeting.observed().orElseThrow().getAddress().isLoopbackAddress()).isTrue();

    loop.execute(
        () ->
            alice.client.send(
                PeerKey.of(bob.identity.id().toByteArray()),
                Unpooled.copiedBuffer("by way of nginx", StandardCharsets.UTF_8)));
    assertThat(await(bob.listener.received).text()).isEqualTo("by way of nginx");
  }

  @Test
  void aCertificateOfAnUnknownAuthorityOrForAnotherNameIsNotTrusted() throws Exception {
    startWith(new Tls.Off(), "http");
    Node trusting = new Node(Optional.of(authority.trustManager()), url("localhost"));
    await(trusting.listener.greetings);

    Node stranger = new Node(Optional.empty(), url("localhost"));
    assertThat(await(stranger.listener.problems).sentence())
        .contains("not trusted", "no authority that this system trusts");
    Node otherName = new Node(Optional.of(authority.trustManager()), url("127.0.0.1"));
    assertThat(await(otherName.listener.problems)).isInstanceOf(RelayProblem.NotTrusted.class);
  }

  @Test
  void aProxyWhoseRelayIsDownIsUnreachableAndAnotherPathIsNoRelay() throws Exception {
    startWith(new Tls.Off(), "http");
    Node alice = new Node(Optional.of(authority.trustManager()), url("localhost"));
    await(alice.listener.greetings);
    Node astray =
        new Node(
            Optional.of(authority.trustManager()), RelayUrl.parse(url("localhost") + "/elsewhere"));
    assertThat(await(astray.listener.problems).sentence()).contains("HTTP 404");

    relay.close();
    Node late = new Node(Optional.of(authority.trustManager()), url("localhost"));
    assertThat(await(late.listener.problems).sentence())
        .contains("502", "the relay itself is down");
  }
}
