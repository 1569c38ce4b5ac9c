package dev.parley.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.Status;
import org.junit.jupiter.api.Test;

class CallLimitTest {
  private final Drops drops = new Drops();
  private final CallLimit limit = new CallLimit(2, drops);

  @Test
  void oneCallTooManyIsRefusedAndAnEndedOneMakesRoom() {
    FakeCall first = new FakeCall();
    ServerCall.Listener<byte[]> firstListener = start(first);
    start(new FakeCall());
    FakeCall third = new FakeCall();
    start(third);
    assertThat(third.closed.getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    assertThat(drops.snapshot()).containsEntry("controlTooManyCalls", 1L);

    // Ended by both sides, it still counts once.
    firstListener.onCancel();
    firstListener.onComplete();
    FakeCall fourth = new FakeCall();
    start(fourth);
    assertThat(fourth.closed).isNull();
    FakeCall fifth = new FakeCall();
    start(fifth);
    assertThat(fifth.closed).isNotNull();
  }

  private ServerCall.Listener<byte[]> start(FakeCall call) {
    return limit.interceptCall(
        call, new Metadata(), (started, headers) -> new ServerCall.Listener<>() {});
  }

  private static final class FakeCall extends ServerCall<byte[], byte[]> {
    Status closed;

    @Override
    public void request(int messages) {}

    @Override
    public void sendHeaders(Metadata headers) {}

    @Override
    public void sendMessage(byte[] message) {}

    @Override
    public void close(Status status, Metadata trailers) {
      closed = status;
    }

    @Override
    public boolean isCancelled() {
      return false;
    }

    @Override
    public MethodDescriptor<byte[], byte[]> getMethodDescriptor() {
      throw new UnsupportedOperationException();
    }
  }
}
