package dev.parley.control;

import dev.parley.channels.ChannelRefused;
import dev.parley.contacts.ContactException;
import dev.parley.control.v1.ErrorDetail;
import dev.parley.files.TransferRejected;
import dev.parley.forward.ForwardException;
import dev.parley.messaging.MessageRejected;
import dev.parley.messaging.StorageFailure;
import dev.parley.pairing.PairingException;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.stub.StreamObserver;
import java.util.Objects;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What goes wrong in the node, in the words of the control API. */
final class Failures {
  static final Metadata.Key<ErrorDetail> DETAIL =
      Metadata.Key.of(
          "parley-error-bin", ProtoUtils.metadataMarshaller(ErrorDetail.getDefaultInstance()));

  /**
   * In characters. Some messages repeat an argument of the caller's, and gRPC refuses to send more
   * than 8 KiB of all that it says about a failure, which holds the message twice.
   */
  private static final int MAX_MESSAGE = 600;

  private static final Logger log = LoggerFactory.getLogger(Failures.class);

  private Failures() {}

  /** A call with one answer. */
  interface Unary<T> {
    T answer() throws Refusal, ContactException;
  }

  /** The start of a call with many answers. */
  interface Start {
    void run() throws Refusal;
  }

  static <T> void answer(StreamObserver<T> observer, Unary<T> call) {
    T answer;
    try {
      answer = call.answer();
    } catch (Refusal | ContactException | RuntimeException e) {
      observer.onError(of(e));
      return;
    }
    observer.onNext(answer);
    observer.onCompleted();
  }

  static void start(StreamObserver<?> observer, Start call) {
    try {
      call.run();
    } catch (Refusal | RuntimeException e) {
      observer.onError(of(e));
    }
  }

  /** The error to answer with. What nobody foresaw is a bug, and is logged as one. */
  static StatusRuntimeException of(Throwable failure) {
    if (failure instanceof CompletionException && failure.getCause() != null) {
      return of(failure.getCause());
    }
    if (failure instanceof Refusal refusal) {
      return with(refusal.status, refusal.code, refusal, refusal.hint);
    }
    if (failure instanceof ContactException refused) {
      return ofContact(refused);
    }
    if (failure instanceof ForwardException refused) {
      return of(ForwardFailures.of(refused));
    }
    if (failure instanceof PairingException refused) {
      return of(PairingFailures.of(refused));
    }
    if (failure instanceof StorageFailure storage) {
      return with(
          Status.Code.UNAVAILABLE,
          ErrorDetail.Code.STORAGE_FAILING,
          storage,
          "look into the daemon's log and at the disk");
    }
    if (failure instanceof ChannelRefused refused) {
      return ofChannel(refused);
    }
    if (failure instanceof MessageRejected rejected) {
      return ofMessage(rejected);
    }
    if (failure instanceof TransferRejected rejected) {
      return ofTransfer(rejected);
    }
    log.error("a control call met a bug", failure);
    return with(
        Status.Code.INTERNAL,
        ErrorDetail.Code.CODE_UNSPECIFIED,
        new IllegalStateException("the daemon met a bug: " + failure, failure),
        "please report it with the daemon's log");
  }

  /** The part that a program acts on. */
  static ErrorDetail detail(Throwable failure) {
    Metadata trailers = of(failure).getTrailers();
    ErrorDetail detail = trailers == null ? null : trailers.get(DETAIL);
    return detail == null ? ErrorDetail.getDefaultInstance() : detail;
  }

  private static StatusRuntimeException ofContact(ContactException e) {
    return switch (e.reason()) {
      case BAD_NAME -> with(Status.Code.INVALID_ARGUMENT, ErrorDetail.Code.BAD_NAME, e, e.hint());
      case BAD_TICKET ->
          with(Status.Code.INVALID_ARGUMENT, ErrorDetail.Code.BAD_TICKET, e, e.hint());
      case NAME_TAKEN -> with(Status.Code.ALREADY_EXISTS, ErrorDetail.Code.NAME_TAKEN, e, e.hint());
      case STORAGE_FAILING ->
          with(Status.Code.UNAVAILABLE, ErrorDetail.Code.STORAGE_FAILING, e, e.hint());
    };
  }

  private static StatusRuntimeException ofChannel(ChannelRefused e) {
    return switch (e.reason()) {
      case REFUSED ->
          with(Status.Code.FAILED_PRECONDITION, ErrorDetail.Code.CHANNEL_REFUSED, e, "");
      case UNKNOWN_SERVICE ->
          with(
              Status.Code.NOT_FOUND,
              ErrorDetail.Code.UNKNOWN_SERVICE,
              e,
              "a program at the peer's has to listen at that name");
      case NOT_ALLOWED ->
          with(
              Status.Code.PERMISSION_DENIED,
              ErrorDetail.Code.NOT_ALLOWED,
              e,
              "the peer has to add this node as a contact, and to let it use that name");
      case PEER_OFFLINE ->
          with(
              Status.Code.UNAVAILABLE,
              ErrorDetail.Code.PEER_UNREACHABLE,
              e,
              "`parley why` tells what keeps the peer away");
      case TIMED_OUT -> with(Status.Code.DEADLINE_EXCEEDED, ErrorDetail.Code.TIMED_OUT, e, "");
      case TOO_MANY ->
          with(
              Status.Code.RESOURCE_EXHAUSTED,
              ErrorDetail.Code.TOO_MANY_CHANNELS,
              e,
              "close some channels, or try again in a moment");
      case LINK_LOST -> with(Status.Code.UNAVAILABLE, ErrorDetail.Code.LINK_LOST, e, "");
    };
  }

  private static StatusRuntimeException ofMessage(MessageRejected e) {
    return switch (e.reason()) {
      case TOO_LARGE ->
          with(
              Status.Code.INVALID_ARGUMENT,
              ErrorDetail.Code.MESSAGE_TOO_LARGE,
              e,
              "split it; larger things are files, which this version does not send yet");
      case BAD_CONTENT_TYPE ->
          with(
              Status.Code.INVALID_ARGUMENT,
              ErrorDetail.Code.CODE_UNSPECIFIED,
              e,
              "use a media type such as text/plain");
      case BAD_CLIENT_ID, BAD_LIFETIME ->
          with(Status.Code.INVALID_ARGUMENT, ErrorDetail.Code.CODE_UNSPECIFIED, e, "");
      case CLIENT_ID_TAKEN ->
          with(
              Status.Code.ALREADY_EXISTS,
              ErrorDetail.Code.CLIENT_ID_TAKEN,
              e,
              "give every message an id of its own");
      case QUEUE_FULL ->
          with(
              Status.Code.RESOURCE_EXHAUSTED,
              ErrorDetail.Code.QUEUE_FULL,
              e,
              "wait until the peer has taken some: `parley status` shows the queue");
      case STORAGE_FULL ->
          with(
              Status.Code.RESOURCE_EXHAUSTED,
              ErrorDetail.Code.STORAGE_FULL,
              e,
              "make room on the disk; the daemon carries on by itself");
      case STORAGE_FAILING ->
          with(
              Status.Code.UNAVAILABLE,
              ErrorDetail.Code.STORAGE_FAILING,
              e,
              "look into the daemon's log and at the disk");
      case SHUTTING_DOWN -> with(Status.Code.UNAVAILABLE, ErrorDetail.Code.SHUTTING_DOWN, e, "");
    };
  }

  private static StatusRuntimeException ofTransfer(TransferRejected e) {
    return switch (e.reason()) {
      case NOT_A_CONTACT ->
          with(
              Status.Code.FAILED_PRECONDITION,
              ErrorDetail.Code.NOT_A_CONTACT,
              e,
              "`parley contact add NAME TICKET` adds one");
      case UNKNOWN_TRANSFER ->
          with(
              Status.Code.NOT_FOUND,
              ErrorDetail.Code.UNKNOWN_TRANSFER,
              e,
              "`parley file ls` shows them");
      case WRONG_STATE ->
          with(
              Status.Code.FAILED_PRECONDITION,
              ErrorDetail.Code.WRONG_STATE,
              e,
              "`parley file ls` shows how far each is");
      case TOO_MANY ->
          with(
              Status.Code.RESOURCE_EXHAUSTED,
              ErrorDetail.Code.TOO_MANY_TRANSFERS,
              e,
              "`parley file cancel ID` ends one");
      case TOO_LARGE ->
          with(Status.Code.INVALID_ARGUMENT, ErrorDetail.Code.TRANSFER_TOO_LARGE, e, "");
      case UNREADABLE -> with(Status.Code.INVALID_ARGUMENT, ErrorDetail.Code.UNREADABLE, e, "");
      case BAD_DIRECTORY ->
          with(
              Status.Code.INVALID_ARGUMENT,
              ErrorDetail.Code.BAD_DIRECTORY,
              e,
              "name another with --to DIR");
      case STORAGE_FAILING ->
          with(
              Status.Code.UNAVAILABLE,
              ErrorDetail.Code.STORAGE_FAILING,
              e,
              "look into the daemon's log and at the disk");
      case SHUTTING_DOWN -> with(Status.Code.UNAVAILABLE, ErrorDetail.Code.SHUTTING_DOWN, e, "");
    };
  }

  private static StatusRuntimeException with(
      Status.Code status, ErrorDetail.Code code, Throwable cause, String hint) {
    String whole = Objects.requireNonNullElseGet(cause.getMessage(), cause::toString);
    String message = whole.length() <= MAX_MESSAGE ? whole : whole.substring(0, MAX_MESSAGE) + "…";
    Metadata trailers = new Metadata();
    trailers.put(
        DETAIL, ErrorDetail.newBuilder().setCode(code).setMessage(message).setHint(hint).build());
    return status.toStatus().withDescription(message).asRuntimeException(trailers);
  }
}
