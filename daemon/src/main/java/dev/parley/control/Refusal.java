package dev.parley.control;

import dev.parley.control.v1.ErrorDetail;
import io.grpc.Status;

/** A call that is answered with an error which the caller can act upon. */
final class Refusal extends Exception {
  private static final long serialVersionUID = 1L;

  final Status.Code status;
  final ErrorDetail.Code code;
  final String hint;

  Refusal(Status.Code status, ErrorDetail.Code code, String message, String hint) {
    super(message);
    this.status = status;
    this.code = code;
    this.hint = hint;
  }

  /** An argument that only a faulty client sends. */
  static Refusal badArgument(String message) {
    return new Refusal(
        Status.Code.INVALID_ARGUMENT, ErrorDetail.Code.CODE_UNSPECIFIED, message, "");
  }
}
