package dev.parley.control;

import dev.parley.contacts.Contacts;
import dev.parley.control.v1.ErrorDetail;
import dev.parley.control.v1.GetMessageRequest;
import dev.parley.control.v1.HistoryPage;
import dev.parley.control.v1.HistoryRequest;
import dev.parley.control.v1.KeptMessage;
import dev.parley.messaging.HistoryQuery;
import dev.parley.messaging.Messages;
import dev.parley.proto.id.MessageId;
import dev.parley.proto.id.PeerId;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** Calls that look into what is kept. */
final class HistoryCalls {
  static final int DEFAULT_LIMIT = 50;

  private final Messages messages;
  private final Peers peers;
  private final KeptMessages kept;

  HistoryCalls(Messages messages, Contacts contacts, Peers peers) {
    this.messages = messages;
    this.peers = peers;
    this.kept = new KeptMessages(contacts);
  }

  void find(GetMessageRequest request, StreamObserver<KeptMessage> observer) throws Refusal {
    String asked = request.getMessageId();
    MessageId id =
        MessageId.parse(asked)
            .orElseThrow(
                () -> Refusal.badArgument("'" + asked + "' is no message id, of 26 characters"));
    answer(
        messages.find(id),
        found -> {
          if (found.isEmpty()) {
            return Optional.empty();
          }
          return Optional.of(kept.of(found.get()));
        },
        observer,
        new Refusal(
            Status.Code.NOT_FOUND,
            ErrorDetail.Code.NOT_FOUND,
            "there is no message " + asked,
            "it was never here, or retention has dropped it"));
  }

  void page(HistoryRequest request, StreamObserver<HistoryPage> observer) throws Refusal {
    answer(
        messages.history(query(request)),
        page -> {
          HistoryPage.Builder reply = HistoryPage.newBuilder().setNextBefore(page.before());
          page.messages().forEach(message -> reply.addMessages(kept.of(message)));
          return Optional.of(reply.build());
        },
        observer,
        Refusal.badArgument("no page"));
  }

  private HistoryQuery query(HistoryRequest request) throws Refusal {
    Optional<PeerId> peer =
        request.getPeer().isEmpty()
            ? Optional.empty()
            : Optional.of(peers.resolve(request.getPeer()));
    try {
      return new HistoryQuery(
          peer,
          request.getBefore() <= 0 ? Long.MAX_VALUE : request.getBefore(),
          request.hasSinceMillis()
              ? Optional.of(Instant.ofEpochMilli(request.getSinceMillis()))
              : Optional.empty(),
          request.hasUntilMillis()
              ? Optional.of(Instant.ofEpochMilli(request.getUntilMillis()))
              : Optional.empty(),
          request.getWords(),
          request.getLimit() == 0 ? DEFAULT_LIMIT : request.getLimit());
    } catch (IllegalArgumentException e) {
      throw Refusal.badArgument(String.valueOf(e.getMessage()));
    }
  }

  private static <T, P> void answer(
      CompletionStage<T> asked,
      Function<T, Optional<P>> reply,
      StreamObserver<P> observer,
      Refusal absent) {
    asked.whenComplete(
        (found, failure) -> {
          if (failure != null) {
            observer.onError(Failures.of(failure));
            return;
          }
          Optional<P> answer = reply.apply(found);
          if (answer.isEmpty()) {
            observer.onError(Failures.of(absent));
            return;
          }
          observer.onNext(answer.get());
          observer.onCompleted();
        });
  }
}
