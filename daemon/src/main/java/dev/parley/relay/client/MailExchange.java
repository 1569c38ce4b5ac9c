package dev.parley.relay.client;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.parley.relay.MailFragments;
import dev.parley.relay.v1.MailRequest;
import dev.parley.relay.v1.MailResponse;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.util.concurrent.EventExecutor;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Requests about mail on one connection, and the answers to them. Confined to the event loop. */
final class MailExchange {
  /** The relay takes no more at a time. */
  static final int MAX_OUTSTANDING = 4;

  private static final int ANSWER_SECONDS = 20;

  private final EventExecutor loop;
  private final Map<Integer, CompletableFuture<MailResponse>> waiting = new HashMap<>();
  private final MailFragments fragments = new MailFragments();
  private int lastId;
  private boolean ended;

  MailExchange(EventExecutor loop) {
    this.loop = loop;
  }

  /** Fails when there are too many under way, the connection ends, or no answer comes in time. */
  CompletionStage<MailResponse> ask(
      MailRequest request, ByteBufAllocator allocator, Consumer<ByteBuf> out) {
    if (ended || waiting.size() >= MAX_OUTSTANDING) {
      return CompletableFuture.failedFuture(
          new IOException(ended ? "the relay is gone" : "too many requests about mail at once"));
    }
    int id = ++lastId;
    MailRequest numbered = request.toBuilder().setRequestId(id).build();
    List<ByteBuf> cut =
        MailFragments.cut(allocator, numbered)
            .orElseThrow(() -> new IllegalArgumentException("a request larger than any may be"));
    CompletableFuture<MailResponse> answer = new CompletableFuture<>();
    waiting.put(id, answer);
    cut.forEach(out);
    loop.schedule(() -> giveUp(id), ANSWER_SECONDS, TimeUnit.SECONDS);
    return answer;
  }

  /**
   * One fragment, after its type byte.
   *
   * @return whether it was one
   */
  boolean onFragment(ByteBuf fragment) {
    MailFragments.Step step = fragments.add(fragment);
    if (step instanceof MailFragments.Step.Whole whole) {
      try {
        MailResponse response = MailResponse.parseFrom(whole.message());
        CompletableFuture<MailResponse> answer = waiting.remove(response.getRequestId());
        if (answer != null) {
          answer.complete(response);
        }
      } catch (InvalidProtocolBufferException e) {
        return false;
      }
    }
    return !(step instanceof MailFragments.Step.Broken);
  }

  void end() {
    ended = true;
    List<CompletableFuture<MailResponse>> left = List.copyOf(waiting.values());
    waiting.clear();
    left.forEach(answer -> answer.completeExceptionally(new IOException("the relay is gone")));
  }

  private void giveUp(int id) {
    CompletableFuture<MailResponse> answer = waiting.remove(id);
    if (answer != null) {
      answer.completeExceptionally(
          new IOException("the relay did not answer within " + ANSWER_SECONDS + " s"));
    }
  }
}
