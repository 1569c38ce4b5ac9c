package dev.parley.control;

import dev.parley.control.v1.ErrorDetail;
import dev.parley.forward.ForwardException;
import io.grpc.Status;

/** What goes wrong with services and forwards, in the words of the control API. */
final class ForwardFailures {
  private ForwardFailures() {}

  static Refusal of(ForwardException e) {
    return switch (e.reason()) {
      case BAD_ADDRESS -> with(Status.Code.INVALID_ARGUMENT, ErrorDetail.Code.BAD_ADDRESS, e);
      case ADDRESS_IN_USE -> with(Status.Code.ALREADY_EXISTS, ErrorDetail.Code.ADDRESS_IN_USE, e);
      case SERVICE_TAKEN -> with(Status.Code.ALREADY_EXISTS, ErrorDetail.Code.SERVICE_TAKEN, e);
      case NOT_FOUND -> with(Status.Code.NOT_FOUND, ErrorDetail.Code.NOT_FOUND, e);
      case TOO_MANY -> with(Status.Code.RESOURCE_EXHAUSTED, ErrorDetail.Code.TOO_MANY_FORWARDS, e);
      case STORAGE_FAILING -> with(Status.Code.UNAVAILABLE, ErrorDetail.Code.STORAGE_FAILING, e);
    };
  }

  private static Refusal with(Status.Code status, ErrorDetail.Code code, ForwardException e) {
    return new Refusal(status, code, String.valueOf(e.getMessage()), e.hint());
  }
}
