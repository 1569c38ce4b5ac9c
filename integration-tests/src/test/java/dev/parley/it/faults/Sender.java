package dev.parley.it.faults;

import dev.parley.cli.client.CommandFailure;
import dev.parley.cli.client.DaemonConnection;
import dev.parley.cli.client.StreamReader;
import dev.parley.control.v1.MessageState;
import dev.parley.control.v1.MessageStatus;
import dev.parley.control.v1.SendRequest;
import dev.parley.it.faults.Model.Divergence;
import dev.parley.proto.home.NodeHome;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Sends the messages of one flow, one after the other. When the outcome is unclear, for the daemon
 * died or did not answer, the same message is sent again under the same id. Each call makes one
 * attempt; by one thread at a time.
 */
final class Sender implements Runnable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int MOST_PADDING = 400;

  /** Answers after which the same message is sent again. */
  private static final Set<String> TRY_AGAIN =
      Set.of(
          "not-running",
          "shutting-down",
          "timed-out",
          "storage-full",
          "storage-failing",
          "queue-full",
          "busy");

  private final Flow flow;
  private final Reconnecting daemon;
  private final Model model;
  private final Random random;
  private final Map<String, Integer> answers = new ConcurrentHashMap<>();
  private int next;
  private int padding;
  private volatile boolean pending;
  private volatile boolean paused;

  Sender(Flow flow, NodeHome home, Model model, Random random) {
    this.flow = flow;
    this.daemon = new Reconnecting(home);
    this.model = model;
    this.random = random;
  }

  Flow flow() {
    return flow;
  }

  /** No further messages; the one whose outcome is unclear is still sent. */
  void pause(boolean pause) {
    paused = pause;
  }

  /** Whether it has a message whose outcome it does not know. */
  boolean isPending() {
    return pending;
  }

  /** How often which word was the answer in place of an id. */
  Map<String, Integer> answers() {
    return answers;
  }

  @Override
  public synchronized void run() {
    if ((paused && !pending) || daemon.isPausing()) {
      return;
    }
    if (!pending) {
      pending = true;
      padding = 1 + (random.nextInt(20) == 0 ? random.nextInt(MOST_PADDING) : random.nextInt(10));
    }
    try {
      String id = send(daemon.get());
      model.accepted(flow, next, id);
      next++;
      pending = false;
    } catch (CommandFailure e) {
      answers.merge(e.word(), 1, Integer::sum);
      if (!TRY_AGAIN.contains(e.word())) {
        model.diverged(Divergence.OTHER, flow + " was told '" + e.word() + "': " + e.sentence());
      }
      if (!e.word().startsWith("storage")) {
        daemon.onFailure();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      // An executor would swallow it.
      model.diverged(Divergence.OTHER, flow + ": " + e);
    }
  }

  private String send(DaemonConnection connection) throws CommandFailure, InterruptedException {
    StreamReader<MessageStatus> statuses = connection.reader();
    SendRequest request =
        SendRequest.newBuilder()
            .setPeer(flow.to())
            .setBody(flow.body(next, padding))
            .setClientId(flow.clientId(next))
            .setWaitFor(MessageState.MESSAGE_STATE_QUEUED)
            .build();
    connection.messages().send(request, statuses);
    Optional<MessageStatus> first = statuses.poll(PATIENCE);
    statuses.cancel();
    return first
        .orElseThrow(() -> CommandFailure.timedOut("no answer within " + PATIENCE, ""))
        .getMessageId();
  }

  /** Closes the connection; the next attempt makes another. */
  synchronized void disconnect() {
    daemon.close();
  }
}
