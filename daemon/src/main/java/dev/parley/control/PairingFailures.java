package dev.parley.control;

import dev.parley.control.v1.ErrorDetail;
import dev.parley.pairing.PairingException;
import io.grpc.Status;

/** What keeps a pairing from success, in the words of the control API. */
final class PairingFailures {
  private PairingFailures() {}

  static Refusal of(PairingException e) {
    return new Refusal(status(e), code(e), String.valueOf(e.getMessage()), e.hint());
  }

  private static Status.Code status(PairingException e) {
    return switch (e.reason()) {
      case BAD_CODE -> Status.Code.INVALID_ARGUMENT;
      case WRONG_CODE -> Status.Code.PERMISSION_DENIED;
      case EXPIRED -> Status.Code.DEADLINE_EXCEEDED;
      case NO_SUCH_INVITATION -> Status.Code.NOT_FOUND;
      case NO_RENDEZVOUS, NO_RELAY, BROKEN -> Status.Code.FAILED_PRECONDITION;
      case RELAY_UNREACHABLE, INTERRUPTED, STORAGE_FAILING -> Status.Code.UNAVAILABLE;
      case LIMIT -> Status.Code.RESOURCE_EXHAUSTED;
      case BAD_NAME -> Status.Code.INVALID_ARGUMENT;
    };
  }

  private static ErrorDetail.Code code(PairingException e) {
    return switch (e.reason()) {
      case BAD_CODE -> ErrorDetail.Code.BAD_CODE;
      case WRONG_CODE -> ErrorDetail.Code.WRONG_CODE;
      case EXPIRED -> ErrorDetail.Code.CODE_EXPIRED;
      case NO_SUCH_INVITATION -> ErrorDetail.Code.NO_SUCH_INVITATION;
      case NO_RENDEZVOUS -> ErrorDetail.Code.NO_RENDEZVOUS;
      case NO_RELAY -> ErrorDetail.Code.NO_RELAY;
      case RELAY_UNREACHABLE -> ErrorDetail.Code.RELAY_UNREACHABLE;
      case LIMIT -> ErrorDetail.Code.PAIRING_LIMIT;
      case BROKEN -> ErrorDetail.Code.PAIRING_BROKEN;
      case INTERRUPTED -> ErrorDetail.Code.PAIRING_INTERRUPTED;
      case BAD_NAME -> ErrorDetail.Code.BAD_NAME;
      case STORAGE_FAILING -> ErrorDetail.Code.STORAGE_FAILING;
    };
  }
}
