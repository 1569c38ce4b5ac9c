package dev.parley.it.dht;

import com.google.common.collect.ImmutableList;
import com.google.protobuf.ByteString;
import dev.parley.discovery.DiscoveryRecord;
import dev.parley.discovery.dht.MainlineDht;
import dev.parley.identity.Identity;
import dev.parley.proto.id.PeerId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;

/** Our client, driven by the thread that uses it. */
final class LoopbackClient implements AutoCloseable {
  private static final int DATAGRAM_BYTES = 2_048;
  private static final long DEADLINE_SECONDS = 60;

  private final DatagramSocket socket;
  private final MainlineDht dht;

  LoopbackClient(Identity identity, int entrance) throws IOException {
    socket = new DatagramSocket(0, InetAddress.getByName("127.0.0.1"));
    socket.setSoTimeout(MainlineDht.TICK_MILLIS);
    InetSocketAddress first = new InetSocketAddress("127.0.0.1", entrance);
    dht =
        new MainlineDht(
            new MainlineDht.Surroundings(
                identity,
                this::send,
                () -> CompletableFuture.completedFuture(ImmutableList.of(first)),
                Clock.systemUTC(),
                System::nanoTime,
                new SecureRandom()));
  }

  void publish(DiscoveryRecord record) throws IOException {
    dht.publish(record);
    await(() -> dht.status().publishedAt().isPresent());
  }

  Optional<DiscoveryRecord> find(PeerId peer) throws IOException {
    CompletableFuture<Optional<DiscoveryRecord>> found = dht.find(peer);
    await(found::isDone);
    return found.join();
  }

  private void await(BooleanSupplier condition) throws IOException {
    long end = System.nanoTime() + DEADLINE_SECONDS * 1_000_000_000;
    byte[] buffer = new byte[DATAGRAM_BYTES];
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - end > 0) {
        throw new AssertionError(
            "not within "
                + DEADLINE_SECONDS
                + " s: "
                + dht.status()
                + ", dropped "
                + dht.dropped());
      }
      try {
        DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
        socket.receive(packet);
        dht.onDatagram(
            (InetSocketAddress) packet.getSocketAddress(),
            Arrays.copyOf(buffer, packet.getLength()));
      } catch (SocketTimeoutException e) {
        dht.tick();
      }
    }
  }

  private void send(InetSocketAddress to, ByteString datagram) {
    if (!to.getAddress().isLoopbackAddress()) {
      throw new AssertionError("a test sends to nobody else: " + to);
    }
    try {
      socket.send(new DatagramPacket(datagram.toByteArray(), datagram.size(), to));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    socket.close();
  }
}
