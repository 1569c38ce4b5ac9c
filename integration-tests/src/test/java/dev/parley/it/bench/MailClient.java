package dev.parley.it.bench;

import dev.parley.discovery.RelayUrl;
import dev.parley.nat.PeerKey;
import dev.parley.relay.client.RelayClient;
import dev.parley.relay.client.RelayEnvironment;
import dev.parley.relay.client.RelayGreeting;
import dev.parley.relay.client.RelayListener;
import dev.parley.relay.client.RelayProblem;
import dev.parley.relay.v1.MailRequest;
import dev.parley.relay.v1.MailResponse;
import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** One connection to a relay, for mail alone. Thread-safe. */
final class MailClient {
  private static final int SECONDS_TO_CONNECT = 60;

  private final RelayClient client;
  private final EventLoop loop;

  private MailClient(RelayClient client, EventLoop loop) {
    this.client = client;
    this.loop = loop;
  }

  static MailClient connect(RelayUrl url, RelayEnvironment environment) throws Exception {
    Connecting connecting = new Connecting();
    RelayClient client = RelayClient.create(url, environment, connecting);
    environment.loop().execute(client::start);
    connecting.connected.get(SECONDS_TO_CONNECT, TimeUnit.SECONDS);
    return new MailClient(client, environment.loop());
  }

  /** Fails unless the relay does what is asked. */
  CompletableFuture<MailResponse> ask(MailRequest.Builder request) {
    CompletableFuture<MailResponse> answer = new CompletableFuture<>();
    loop.execute(
        () ->
            client
                .ask(request.build())
                .whenComplete(
                    (response, failure) -> {
                      if (failure != null) {
                        answer.completeExceptionally(failure);
                      } else if (response.getStatus() != MailResponse.Status.OK) {
                        answer.completeExceptionally(
                            new IllegalStateException("the relay says " + response.getStatus()));
                      } else {
                        answer.complete(response);
                      }
                    }));
    return answer;
  }

  private static final class Connecting implements RelayListener {
    final CompletableFuture<RelayGreeting> connected = new CompletableFuture<>();

    @Override
    public void onConnected(RelayGreeting greeting) {
      connected.complete(greeting);
    }

    @Override
    public void onDisconnected(RelayProblem problem) {
      connected.completeExceptionally(new IllegalStateException(problem.sentence()));
    }

    @Override
    public void onMeasured(Duration rtt) {}

    @Override
    public void onDatagram(PeerKey source, ByteBuf datagram) {
      datagram.release();
    }

    @Override
    public void onDatagramsComplete() {}

    @Override
    public void onTargetAbsent(PeerKey target) {}
  }
}
