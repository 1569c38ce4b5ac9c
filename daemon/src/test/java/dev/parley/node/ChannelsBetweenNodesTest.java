package dev.parley.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.google.common.collect.ImmutableList;
import com.google.common.hash.Hashing;
import com.google.common.hash.HashingInputStream;
import com.google.common.io.ByteStreams;
import dev.parley.channels.Access;
import dev.parley.channels.BlockingStreams;
import dev.parley.channels.ChannelListener;
import dev.parley.channels.ChannelRefused;
import dev.parley.channels.DatagramChannel;
import dev.parley.channels.ServiceName;
import dev.parley.channels.StreamChannel;
import dev.parley.config.NodeConfig;
import dev.parley.config.NodeConfig.MessageLimits;
import dev.parley.identity.PassphraseSource;
import dev.parley.link.StreamEnd;
import dev.parley.proto.home.NodeHome;
import dev.parley.proto.id.PeerId;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole nodes in this process, on the loopback, with QUIC between them. */
class ChannelsBetweenNodesTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final ServiceName ECHO = new ServiceName("echo");

  @TempDir Path directory;

  private Node alice;
  private Node bob;

  @BeforeEach
  void meet() throws Exception {
    alice = start("alice");
    bob = start("bob");
    alice.contacts().add("bob", bob.ticket(true));
    bob.contacts().add("alice", alice.ticket(true));
  }

  @AfterEach
  void stop() {
    alice.close();
    bob.close();
  }

  private Node start(String name) throws Exception {
    NodeHome home = NodeHome.in(directory.resolve(name));
    NodeConfig config =
        new NodeConfig(
            new InetSocketAddress("127.0.0.1", 0),
            ImmutableList.of(),
            ImmutableList.of(),
            MessageLimits.DEFAULT,
            false,
            false);
    return Node.start(
        home,
        config,
        new Node.Environment("parley/test", PassphraseSource.of(Map.of()), Clock.systemUTC()));
  }

  private <T> T await(CompletableFuture<T> future) throws Exception {
    return future.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }

  /** Sends back what comes, with a thread per channel. */
  private static final class Echo implements ChannelListener {
    @Override
    public void onStream(PeerId peer, Opening<StreamChannel> opening) {
      BlockingStreams streams = opening.accept().blocking();
      Thread thread =
          new Thread(
              () -> {
                try (InputStream in = streams.in();
                    OutputStream out = streams.out()) {
                  in.transferTo(out);
                } catch (IOException e) {
                  // The other side has ended it.
                  Thread.currentThread().interrupt();
                }
              });
      thread.setDaemon(true);
      thread.start();
    }

    @Override
    public void onDatagrams(PeerId peer, Opening<DatagramChannel> opening) {
      DatagramChannel channel = opening.accept();
      channel.start(
          new DatagramChannel.Handler() {
            @Override
            public void onDatagram(ByteBuffer datagram) {
              boolean unused = channel.send(datagram);
            }

            @Override
            public void onClosed(StreamEnd how) {}
          });
    }
  }

  @Test
  void bytesGoThereAndBackWithBlockingStreams() throws Exception {
    bob.channels().listen(ECHO, Access.ALL_CONTACTS, new Echo());
    StreamChannel channel = await(alice.channels().open(bob.id(), ECHO, PATIENCE));
    BlockingStreams streams = channel.blocking();
    byte[] sent = new byte[20 << 20];
    new Random(3).nextBytes(sent);
    CompletableFuture<Void> writing =
        CompletableFuture.runAsync(
            () -> {
              try (OutputStream out = streams.out()) {
                out.write(sent);
              } catch (IOException e) {
                throw new AssertionError(e);
              }
            });

    HashingInputStream back = new HashingInputStream(Hashing.sha256(), streams.in());
    assertThat(ByteStreams.exhaust(back)).isEqualTo(sent.length);
    await(writing);
    assertThat(back.hash()).isEqualTo(Hashing.sha256().hashBytes(sent));
    Awaitility.await()
        .atMost(PATIENCE)
        .until(() -> alice.status().peers().stream().allMatch(peer -> peer.openChannels() == 0));
  }

  @Test
  void datagramsGoThereAndBack() throws Exception {
    bob.channels().listen(ECHO, Access.ALL_CONTACTS, new Echo());
    DatagramChannel channel = await(alice.channels().openDatagrams(bob.id(), ECHO, PATIENCE));
    Queue<Integer> back = new ConcurrentLinkedQueue<>();
    channel.start(
        new DatagramChannel.Handler() {
          @Override
          public void onDatagram(ByteBuffer datagram) {
            back.add(datagram.remaining());
          }

          @Override
          public void onClosed(StreamEnd how) {}
        });
    Awaitility.await()
        .atMost(PATIENCE)
        .until(
            () -> {
              channel.send(ByteBuffer.allocate(channel.maxBytes()));
              channel.send(ByteBuffer.allocate(1));
              return back.contains(channel.maxBytes()) && back.contains(1);
            });
    assertThat(channel.counts().received()).isGreaterThanOrEqualTo(2);
  }

  @Test
  void refusalsAreTold() throws Exception {
    assertThat(refusal(ECHO)).isEqualTo(ChannelRefused.Reason.UNKNOWN_SERVICE);
    ServiceName closed = new ServiceName("closed");
    bob.channels().listen(closed, Access.NOBODY, new Echo());
    assertThat(refusal(closed)).isEqualTo(ChannelRefused.Reason.NOT_ALLOWED);
    ServiceName unwilling = new ServiceName("unwilling");
    bob.channels()
        .listen(unwilling, Access.ALL_CONTACTS, (peer, opening) -> opening.refuse("not today"));
    assertThat(refusal(unwilling)).isEqualTo(ChannelRefused.Reason.REFUSED);
    ServiceName silent = new ServiceName("silent");
    bob.channels().listen(silent, Access.ALL_CONTACTS, (peer, opening) -> {});
    assertThat(refusal(silent, Duration.ofSeconds(1))).isEqualTo(ChannelRefused.Reason.TIMED_OUT);
    bob.contacts().remove("alice");
    bob.channels().listen(ECHO, Access.ALL_CONTACTS, new Echo());
    assertThat(refusal(ECHO)).isEqualTo(ChannelRefused.Reason.NOT_ALLOWED);
    bob.close();
    // Until alice has heard of it, the link is lost under the opening.
    Awaitility.await()
        .atMost(PATIENCE)
        .until(() -> refusal(ECHO, Duration.ofSeconds(1)) == ChannelRefused.Reason.PEER_OFFLINE);
  }

  @Test
  void aResetIsHeardWithItsReason() throws Exception {
    bob.channels().listen(ECHO, Access.ALL_CONTACTS, (peer, opening) -> opening.accept().reset(77));
    StreamChannel channel = await(alice.channels().open(bob.id(), ECHO, PATIENCE));
    CompletableFuture<StreamEnd> end = new CompletableFuture<>();
    channel.start(
        new StreamChannel.Handler() {
          @Override
          public void onBytes(ByteBuffer bytes) {
            throw new AssertionError(StandardCharsets.UTF_8.decode(bytes).toString());
          }

          @Override
          public void onEnd() {}

          @Override
          public void onClosed(StreamEnd how) {
            end.complete(how);
          }
        });
    assertThat(await(end)).isEqualTo(new StreamEnd.Reset(77, true));
  }

  private ChannelRefused.Reason refusal(ServiceName service) {
    return refusal(service, PATIENCE);
  }

  private ChannelRefused.Reason refusal(ServiceName service, Duration timeout) {
    Throwable failure =
        catchThrowable(() -> await(alice.channels().open(bob.id(), service, timeout)));
    assertThat(failure).hasCauseInstanceOf(ChannelRefused.class);
    return ((ChannelRefused) failure.getCause()).reason();
  }
}
