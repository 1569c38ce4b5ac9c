package dev.parley.relay.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.nat.PeerKey;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.awaitility.Awaitility;

/** Remembers what it hears; may be asked from any thread. */
public final class RecordingListener implements RelayListener {
  /** A datagram's text and where it came from. */
  public record Received(PeerKey source, String text) {}

  public static final Duration PATIENCE = Duration.ofSeconds(20);

  public final Queue<RelayGreeting> greetings = new ConcurrentLinkedQueue<>();
  public final Queue<RelayProblem> problems = new ConcurrentLinkedQueue<>();
  public final Queue<Received> received = new ConcurrentLinkedQueue<>();
  public final Queue<PeerKey> absent = new ConcurrentLinkedQueue<>();
  public final Queue<Duration> rtts = new ConcurrentLinkedQueue<>();
  public final Queue<String> mail = new ConcurrentLinkedQueue<>();
  public final Queue<String> completions = new ConcurrentLinkedQueue<>();

  @Override
  public void onConnected(RelayGreeting greeting) {
    greetings.add(greeting);
  }

  @Override
  public void onDisconnected(RelayProblem problem) {
    problems.add(problem);
  }

  @Override
  public void onMeasured(Duration rtt) {
    rtts.add(rtt);
  }

  @Override
  public void onDatagram(PeerKey source, ByteBuf datagram) {
    received.add(new Received(source, datagram.toString(StandardCharsets.UTF_8)));
    datagram.release();
  }

  @Override
  public void onDatagramsComplete() {
    completions.add("complete");
  }

  @Override
  public void onMail() {
    mail.add("mail");
  }

  @Override
  public void onTargetAbsent(PeerKey target) {
    absent.add(target);
  }

  /** Waits until something is in the queue, and hands it over. */
  public static <T> T await(Queue<T> queue) {
    Awaitility.await().atMost(PATIENCE).untilAsserted(() -> assertThat(queue).isNotEmpty());
    return queue.remove();
  }
}
