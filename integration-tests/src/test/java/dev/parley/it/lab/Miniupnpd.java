package dev.parley.it.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/**
 * Debian's miniupnpd on the router of a site made by {@link Site#behindGateway}; it speaks PCP,
 * NAT-PMP and UPnP. It ends with the laboratory.
 *
 * <p>It serves no gateway whose outer address is one of those for examples, as the laboratory's
 * are. So the router has another beside it, which {@link #reachedFrom} makes known to others.
 */
public final class Miniupnpd {
  private static final Path PROGRAM = Path.of("/usr/sbin/miniupnpd");
  private static final String NETWORK = "11.22.33.";

  private final Namespace router;
  private final Path directory;
  private final String external;
  private @Nullable Process process;

  private Miniupnpd(Namespace router, Path directory, String external) {
    this.router = router;
    this.directory = directory;
    this.external = external;
  }

  /** Skips the test where there is none; with {@code -Dlab.required=true} it fails. */
  public static void require() {
    boolean there = Files.isExecutable(PROGRAM);
    String reason = "miniupnpd is missing; apt install miniupnpd-nftables";
    if (Boolean.getBoolean("lab.required")) {
      Assertions.assertTrue(there, reason);
    } else if (!there) {
      System.err.println("SKIPPED: " + reason);
    }
    Assumptions.assumeTrue(there, reason);
  }

  public static Miniupnpd start(Site site, Path directory) {
    String address = site.publicAddress();
    Miniupnpd gateway =
        new Miniupnpd(
            site.router(), directory, NETWORK + address.substring(address.lastIndexOf('.') + 1));
    site.router().ip("addr", "add", gateway.external + "/32", "dev", "wan");
    gateway.launch();
    return gateway;
  }

  /** Lets another site's router know the way to the gateway's outer address. */
  public Miniupnpd reachedFrom(Site other) {
    other.router().ip("route", "add", NETWORK + "0/24", "dev", "wan");
    return this;
  }

  /** The address that it maps ports of. */
  public String external() {
    return external;
  }

  /** Whether it forwards a port to this IP:PORT of its network. */
  public boolean maps(String internal) {
    return router
        .run("nft", "list", "chain", "inet", "filter", "prerouting_miniupnpd")
        .contains(internal);
  }

  /** Starts it anew, without the mappings that it had. */
  public void restart() throws InterruptedException {
    Process old = process;
    if (old != null) {
      old.destroy();
      old.waitFor();
    }
    router.run("nft", "flush", "chain", "inet", "filter", "prerouting_miniupnpd");
    launch();
  }

  private void launch() {
    try {
      Path config = Files.writeString(directory.resolve("miniupnpd.conf"), config());
      List<String> command = new ArrayList<>(router.command());
      command.addAll(
          List.of(
              PROGRAM.toString(),
              "-d",
              "-f",
              config.toString(),
              "-P",
              directory + "/miniupnpd.pid"));
      process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(
                  ProcessBuilder.Redirect.appendTo(
                      directory.resolve("logs/miniupnpd.log").toFile()))
              .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String config() {
    return """
        ext_ifname=wan
        ext_ip=%s
        listening_ip=lan
        http_port=0
        enable_natpmp=yes
        enable_upnp=yes
        min_lifetime=2
        secure_mode=yes
        system_uptime=no
        uuid=00000000-0000-0000-0000-000000000001
        allow 1024-65535 192.168.1.0/24 1024-65535
        deny 0-65535 0.0.0.0/0 0-65535
        """
        .formatted(external);
  }
}
