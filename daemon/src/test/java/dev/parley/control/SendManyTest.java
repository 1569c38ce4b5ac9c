package dev.parley.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import dev.parley.control.v1.ErrorDetail;
import dev.parley.control.v1.GetStatusRequest;
import dev.parley.control.v1.MessagesGrpc;
import dev.parley.control.v1.NodeGrpc;
import dev.parley.control.v1.SendManyReply;
import dev.parley.control.v1.SendManyRequest;
import dev.parley.control.v1.SendRequest;
import dev.parley.control.v1.SendResult;
import io.grpc.stub.StreamObserver;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SendManyTest {
  private static final Duration DEADLINE = Duration.ofSeconds(30);

  @TempDir Path directory;
  private ServedNode served;
  private final List<SendResult> results = new CopyOnWriteArrayList<>();
  private final CompletableFuture<Void> ended = new CompletableFuture<>();
  private StreamObserver<SendManyRequest> requests;

  @BeforeEach
  void serve() throws Exception {
    served = new ServedNode(directory);
    requests =
        MessagesGrpc.newStub(served.channel)
            .sendMany(
                new StreamObserver<>() {
                  @Override
                  public void onNext(SendManyReply reply) {
                    results.addAll(reply.getResultsList());
                  }

                  @Override
                  public void onError(Throwable error) {
                    ended.completeExceptionally(error);
                  }

                  @Override
                  public void onCompleted() {
                    ended.complete(null);
                  }
                });
  }

  @AfterEach
  void close() throws Exception {
    served.close();
  }

  @Test
  void everyMessageHasItsResultInOrderAndARefusedOneStopsNothing() throws Exception {
    send("bob", 2);
    send("nobody", 1);
    send("bob", 1);
    requests.onCompleted();
    ended.get(30, java.util.concurrent.TimeUnit.SECONDS);
    assertThat(results).extracting(SendResult::getNumber).containsExactly(1L, 2L, 3L, 4L);
    assertThat(results.get(2).getError().getCode()).isEqualTo(ErrorDetail.Code.UNKNOWN_PEER);
    assertThat(results.get(3).getMessageId()).isNotEmpty();
    assertThat(served.node.messages.sent).hasSize(3);
  }

  @Test
  void aClientIsHeldUpWhileItsMessagesAwaitTheDisk() throws Exception {
    CompletableFuture<Void> disk = new CompletableFuture<>();
    served.node.messages.disk = disk;
    for (int i = 0; i < 60; i++) {
      send("bob", 100);
    }
    requests.onCompleted();
    await()
        .atMost(DEADLINE)
        .until(() -> served.node.messages.sent.size() >= SendManyCall.MAX_OUTSTANDING);
    // Whatever was on its way before this call would have come.
    NodeGrpc.newBlockingStub(served.channel).getStatus(GetStatusRequest.getDefaultInstance());
    assertThat(served.node.messages.sent).hasSizeLessThan(SendManyCall.MAX_OUTSTANDING + 100);
    assertThat(results).isEmpty();
    disk.complete(null);
    ended.get(30, java.util.concurrent.TimeUnit.SECONDS);
    assertThat(results)
        .extracting(SendResult::getNumber)
        .containsExactlyElementsOf(LongStream.rangeClosed(1, 6_000).boxed().toList());
  }

  @Test
  void aRequestWithTooManyMessagesEndsTheCall() {
    send("bob", SendManyCall.MAX_PER_REQUEST + 1);
    await().atMost(DEADLINE).until(ended::isCompletedExceptionally);
    assertThat(served.node.messages.sent).isEmpty();
  }

  private void send(String peer, int count) {
    SendManyRequest.Builder request = SendManyRequest.newBuilder();
    for (int i = 0; i < count; i++) {
      request.addMessages(
          SendRequest.newBuilder().setPeer(peer).setBody(ByteString.copyFromUtf8("x")));
    }
    requests.onNext(request.build());
  }
}
