package dev.parley.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import org.junit.jupiter.api.Test;

class FailuresTest {
  /**
   * gRPC has 8 KiB for all that it says of a failure, and resets the call where that is too few.
   */
  @Test
  void aMessageThatRepeatsALongArgumentIsCut() {
    StatusRuntimeException failure =
        Failures.of(Refusal.badArgument("'" + "x".repeat(100_000) + "' is no message id"));
    assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    assertThat(failure.getStatus().getDescription()).hasSizeLessThan(700).endsWith("…");
  }
}
