package dev.parley.it.mapping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.parley.it.lab.Lab;
import dev.parley.it.lab.Namespace;
import dev.parley.it.lab.RequiresLab;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A host behind a gateway that runs miniupnpd. */
@RequiresLab
@Tag("long")
class MiniupnpdIT {
  private static final Path MINIUPNPD = Path.of("/usr/sbin/miniupnpd");
  private static final Duration DEADLINE = Duration.ofSeconds(60);

  /** Longer than the lease of {@link MapperProgram}. */
  private static final Duration BEYOND_THE_LEASE = Duration.ofSeconds(12);

  @TempDir private Path directory;

  @ParameterizedTest
  @CsvSource({
    "pcp, UDP, yes, no, ''",
    "pcp, TCP, yes, no, ''",
    // The first byte of a PCP message is its version, 2.
    "nat-pmp, UDP, yes, no, 'udp dport 5351 @th,64,8 2 drop'",
    "nat-pmp, TCP, yes, no, 'udp dport 5351 @th,64,8 2 drop'",
    "upnp, UDP, no, yes, ''",
    "upnp, TCP, no, yes, ''"
  })
  void aPortIsMappedRenewedMadeAnewAfterARestartAndReleased(
      String protocol, String transport, String pmp, String upnp, String rule) throws Exception {
    requireMiniupnpd();
    List<Process> running = new ArrayList<>();
    try (Lab lab = Lab.open()) {
      Namespace gateway = lab.host("gw");
      Namespace host = lab.host("host");
      Namespace internet = lab.host("inet");
      lab.cable(gateway, "10.78.0.1/24", host, "10.78.0.2/24");
      // miniupnpd serves none that looks private from outside; nothing leaves the namespaces.
      lab.cable(gateway, "11.22.33.44/24", internet, "11.22.33.1/24");
      host.ip("route", "add", "default", "via", "10.78.0.1");
      gateway.firewall(firewall(rule));
      Path config = Files.writeString(directory.resolve("miniupnpd.conf"), config(pmp, upnp));
      try {
        running.add(miniupnpd(gateway, config));
        Process mapper = mapper(host, transport);
        running.add(mapper);

        await().atMost(DEADLINE).until(() -> isMapped(gateway));
        await()
            .atMost(DEADLINE)
            .untilAsserted(
                () ->
                    assertThat(directory.resolve("out"))
                        .content()
                        .containsOnlyOnce("mapped ")
                        .contains("mapped " + protocol));
        await().during(BEYOND_THE_LEASE).atMost(DEADLINE).until(() -> isMapped(gateway));

        running.get(0).destroy();
        running.get(0).waitFor();
        gateway.run("nft", "flush", "chain", "inet", "filter", "prerouting_miniupnpd");
        assertThat(isMapped(gateway)).isFalse();
        running.add(miniupnpd(gateway, config));
        await().atMost(DEADLINE).until(() -> isMapped(gateway));

        mapper.getOutputStream().write('\n');
        mapper.getOutputStream().flush();
        await().atMost(DEADLINE).until(() -> !mapper.isAlive());
        assertThat(isMapped(gateway)).isFalse();
      } finally {
        running.forEach(Process::destroyForcibly);
      }
    }
  }

  private static void requireMiniupnpd() {
    boolean there = Files.isExecutable(MINIUPNPD);
    String reason = "miniupnpd is missing; apt install miniupnpd-nftables";
    if (Boolean.getBoolean("lab.required")) {
      assertThat(there).as(reason).isTrue();
    } else if (!there) {
      System.err.println("SKIPPED: " + reason);
    }
    Assumptions.assumeTrue(there, reason);
  }

  private static boolean isMapped(Namespace gateway) {
    return gateway
        .run("nft", "list", "chain", "inet", "filter", "prerouting_miniupnpd")
        .contains("10.78.0.2:4000");
  }

  private Process miniupnpd(Namespace gateway, Path config) throws Exception {
    return start(
        gateway,
        "miniupnpd.log",
        List.of(
            MINIUPNPD.toString(),
            "-d",
            "-f",
            config.toString(),
            "-P",
            directory + "/miniupnpd.pid"));
  }

  private Process mapper(Namespace host, String transport) throws Exception {
    return start(
        host,
        "out",
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            MapperProgram.class.getName(),
            transport));
  }

  private Process start(Namespace where, String log, List<String> command) throws Exception {
    List<String> all = new ArrayList<>(where.command());
    all.addAll(command);
    File err = directory.resolve(log + ".err").toFile();
    return new ProcessBuilder(all)
        .redirectOutput(directory.resolve(log).toFile())
        .redirectError(ProcessBuilder.Redirect.appendTo(err))
        .start();
  }

  private static String config(String pmp, String upnp) {
    return """
        ext_ifname=eth1
        listening_ip=eth0
        http_port=0
        enable_natpmp=%s
        enable_upnp=%s
        min_lifetime=2
        secure_mode=yes
        system_uptime=no
        uuid=00000000-0000-0000-0000-000000000001
        allow 1024-65535 10.78.0.0/24 1024-65535
        deny 0-65535 0.0.0.0/0 0-65535
        """
        .formatted(pmp, upnp);
  }

  private static String firewall(String rule) {
    return """
        table inet filter {
          chain miniupnpd {
          }
          chain prerouting_miniupnpd {
          }
          chain postrouting_miniupnpd {
          }
          chain forward {
            type filter hook forward priority 0;
            jump miniupnpd
          }
          chain prerouting {
            type nat hook prerouting priority -100;
            jump prerouting_miniupnpd
          }
          chain postrouting {
            type nat hook postrouting priority 100;
            jump postrouting_miniupnpd
          }
          chain guard {
            type filter hook input priority -10;
            %s
          }
        }
        """
        .formatted(rule);
  }
}
