package dev.parley.it.badinput;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.control.v1.MessageState;
import dev.parley.it.process.Daemon;
import dev.parley.it.process.RelayProcess;
import dev.parley.it.process.Running;
import dev.parley.it.process.Stage;
import dev.parley.it.process.StageExtension;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Random bytes at every port: dropped and counted, without a flood of log lines or memory. */
@ExtendWith(StageExtension.class)
class HostileBytesIT {
  private static final int DATAGRAMS = 20_000;
  private static final int CONNECTIONS = 200;
  private static final int MAX_LOG_LINES = 60;
  private static final long MAX_GROWTH_KILOBYTES = 64 * 1024;

  private final Random random = new Random(20_261_122);

  @Test
  void atTheUdpPortTheyAreCountedAndDropped(Stage stage) throws IOException {
    Daemon alice = stage.home("alice").start();
    Daemon bob = stage.home("bob").start();
    Daemon.introduce(alice, bob);
    alice.control().send("bob", "before", MessageState.MESSAGE_STATE_DELIVERED);
    long memory = residentKilobytes(bob.process());
    int port = port(bob.control().status().getListen());
    try (DatagramSocket socket = new DatagramSocket()) {
      for (int i = 0; i < DATAGRAMS; i++) {
        byte[] bytes = randomBytes(random.nextInt(1_400));
        if (bytes.length > 8 && i % 2 == 0) {
          // A QUIC long header, version 1: looks more like a stranger's first packet.
          bytes[0] = (byte) (0xc0 | (bytes[0] & 0x0f));
          ByteBuffer.wrap(bytes).putInt(1, 1);
        }
        socket.send(
            new DatagramPacket(bytes, bytes.length, InetAddress.getLoopbackAddress(), port));
      }
    }
    Awaitility.await("the drops are counted")
        .atMost(Duration.ofSeconds(30))
        .until(() -> dropped(bob) > 0);
    alice.control().send("bob", "after", MessageState.MESSAGE_STATE_DELIVERED);
    requireQuiet(bob.process(), memory);
  }

  @Test
  void atTheRelayTheyEndTheConnectionAlone(Stage stage) throws IOException {
    RelayProcess relay =
        RelayProcess.start(
            stage
                .home("relay")
                .config(
                    "[relay.limits]\nmax_new_connections_per_address_per_second = 100000\n"
                        + "max_new_connections_per_second = 100000\n"),
            "127.0.0.1:0");
    Daemon alice = stage.home("alice").start("--relay", relay.url());
    Daemon bob = stage.home("bob").start("--relay", relay.url());
    Daemon.introduceWithoutAddresses(alice, bob);
    alice.control().send("bob", "before", MessageState.MESSAGE_STATE_DELIVERED);
    long memory = residentKilobytes(relay.process());
    SocketAddress address = new InetSocketAddress("127.0.0.1", relay.port());
    for (int i = 0; i < CONNECTIONS; i++) {
      spill(address);
    }
    alice.control().send("bob", "after", MessageState.MESSAGE_STATE_DELIVERED);
    requireQuiet(relay.process(), memory);
  }

  @Test
  void atTheControlSocketTheyEndTheConnectionAlone(Stage stage) throws IOException {
    Daemon alice = stage.home("alice").start();
    long memory = residentKilobytes(alice.process());
    for (int i = 0; i < CONNECTIONS; i++) {
      try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
        channel.connect(UnixDomainSocketAddress.of(alice.home().places().socket()));
        channel.write(ByteBuffer.wrap(randomBytes(4_096)));
      } catch (IOException e) {
        assertThat(e).hasMessageMatching("Broken pipe|Connection reset.*");
      }
    }
    alice.home().parley("status").succeeds();
    requireQuiet(alice.process(), memory);
  }

  /** Some random bytes, then the end; the other side may end it first. */
  private void spill(SocketAddress address) throws IOException {
    try (Socket socket = new Socket()) {
      socket.connect(address, 30_000);
      socket.getOutputStream().write(randomBytes(1 + random.nextInt(4_096)));
      socket.shutdownOutput();
    } catch (SocketException e) {
      assertThat(e).hasMessageMatching("Broken pipe.*|Connection reset.*|Socket is .*");
    }
  }

  private byte[] randomBytes(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  private static void requireQuiet(Running process, long memoryBefore) throws IOException {
    assertThat(process.isAlive()).isTrue();
    assertThat(process.err().lines().count())
        .as("lines in the log:\n%s", process.err())
        .isLessThan(MAX_LOG_LINES);
    assertThat(process.err()).doesNotContain("\tat ");
    assertThat(residentKilobytes(process) - memoryBefore)
        .as("growth of the resident memory in KiB")
        .isLessThan(MAX_GROWTH_KILOBYTES);
  }

  private static long dropped(Daemon daemon) {
    return daemon.control().status().getDroppedMap().values().stream()
        .mapToLong(Long::longValue)
        .sum();
  }

  private static int port(String listen) {
    return Integer.parseInt(listen.substring(listen.lastIndexOf(':') + 1));
  }

  private static long residentKilobytes(Running process) throws IOException {
    return Files.readAllLines(Path.of("/proc", Long.toString(process.pid()), "status")).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
        .findFirst()
        .orElse(0);
  }
}
