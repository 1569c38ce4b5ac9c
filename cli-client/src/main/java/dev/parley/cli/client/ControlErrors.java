package dev.parley.cli.client;

import dev.parley.control.v1.ErrorDetail;
import dev.parley.proto.home.NodeHome;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.protobuf.ProtoUtils;
import java.io.IOException;

/** Errors of the control API in words for the user. */
final class ControlErrors {
  private static final Metadata.Key<ErrorDetail> DETAIL =
      Metadata.Key.of(
          "parley-error-bin", ProtoUtils.metadataMarshaller(ErrorDetail.getDefaultInstance()));

  private final NodeHome home;

  ControlErrors(NodeHome home) {
    this.home = home;
  }

  CommandFailure of(Throwable error) {
    Status status = Status.fromThrowable(error);
    Metadata trailers = Status.trailersFromThrowable(error);
    ErrorDetail detail = trailers == null ? null : trailers.get(DETAIL);
    if (detail != null) {
      return of(detail);
    }
    String message = String.valueOf(status.getDescription());
    return switch (status.getCode()) {
      case UNAVAILABLE -> unavailable(status);
      case DEADLINE_EXCEEDED ->
          CommandFailure.timedOut("the daemon did not answer in time", "look into its log");
      case ABORTED ->
          new CommandFailure(
              ExitCode.FAILURE, "replaced", message, "let each reader have its own --consumer");
      case UNIMPLEMENTED ->
          CommandFailure.of(
              "the running daemon is of another version and does not know this command",
              "restart it: `parley down`, then `parley up`");
      case RESOURCE_EXHAUSTED ->
          new CommandFailure(ExitCode.FAILURE, "busy", message, "try again in a moment");
      // Netty's: the connection broke off under a call that was just being written.
      case UNKNOWN ->
          status.getCause() instanceof IOException ? unavailable(status) : unexpected(status);
      default -> unexpected(status);
    };
  }

  private static CommandFailure unexpected(Status status) {
    return CommandFailure.of(
        "the daemon answered " + status.getCode() + ": " + status.getDescription(),
        "look into its log");
  }

  private static CommandFailure of(ErrorDetail detail) {
    int exitCode =
        switch (detail.getCode()) {
          case UNKNOWN_PEER -> ExitCode.UNKNOWN_PEER;
          case TIMED_OUT -> ExitCode.TIMED_OUT;
          case SHUTTING_DOWN -> ExitCode.NOT_RUNNING;
          default -> ExitCode.FAILURE;
        };
    return new CommandFailure(
        exitCode, word(detail.getCode()), detail.getMessage(), detail.getHint());
  }

  /** The code's name, lower-case: UNKNOWN_PEER is "unknown-peer". */
  private static String word(ErrorDetail.Code code) {
    return switch (code) {
      case CODE_UNSPECIFIED, UNRECOGNIZED -> "failed";
      default -> code.name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
    };
  }

  private CommandFailure unavailable(Status status) {
    for (Throwable cause = status.getCause(); cause != null; cause = cause.getCause()) {
      if (String.valueOf(cause.getMessage()).contains("Permission denied")) {
        return CommandFailure.of(
            "may not connect to the daemon at " + home.socket(),
            "it belongs to another user; use your own PARLEY_HOME");
      }
    }
    return notRunning(home);
  }

  static CommandFailure notRunning(NodeHome home) {
    return new CommandFailure(
        ExitCode.NOT_RUNNING,
        "not-running",
        "the daemon is not running (nothing answers at " + home.socket() + ")",
        "start it with `parley up`");
  }
}
