package dev.parley.relay.mailbox;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.parley.config.RelayConfig.MailboxLimits;
import dev.parley.fuzz.FuzzTarget;
import dev.parley.fuzz.Hollow;
import dev.parley.identity.Identity;
import dev.parley.mailbox.PrekeyKind;
import dev.parley.mailbox.Prekeys;
import dev.parley.mailbox.SizeClass;
import dev.parley.relay.v1.AllowDeposits;
import dev.parley.relay.v1.Deposit;
import dev.parley.relay.v1.FetchLetters;
import dev.parley.relay.v1.MailRequest;
import dev.parley.relay.v1.MailResponse;
import dev.parley.relay.v1.PublishPrekeys;
import dev.parley.relay.v1.RemoveLetters;
import dev.parley.relay.v1.TakePrekeys;
import java.lang.reflect.Method;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Requests about mail, from anybody who has proven some key. */
public final class MailRequestsFuzz {
  private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final Identity OWNER = Identity.ephemeral(RANDOM);

  private MailRequestsFuzz() {}

  public static List<FuzzTarget> targets() {
    ByteString token = ByteString.copyFrom(new byte[CapabilityHash.TOKEN_BYTES]);
    MailRequest.Builder request = MailRequest.newBuilder().setRequestId(7);
    return List.of(
        FuzzTarget.of(
                "mail-request", MailRequestsFuzz::request, Mailroom.class, CapabilityHash.class)
            .seeds(
                request.setAllow(AllowDeposits.newBuilder().addCapabilityHashes(token)).build(),
                request
                    .setPublish(
                        PublishPrekeys.newBuilder()
                            .setMediumTerm(
                                Prekeys.make(OWNER, PrekeyKind.MEDIUM_TERM, NOW, RANDOM)
                                    .prekey()
                                    .signed()))
                    .build(),
                request.setFetch(FetchLetters.newBuilder().setAfter(3)).build(),
                request.setRemove(RemoveLetters.newBuilder().addNumbers(3)).build(),
                request
                    .setTakePrekeys(
                        TakePrekeys.newBuilder().setOwner(OWNER.id().key()).setToken(token))
                    .build(),
                request
                    .setDeposit(
                        Deposit.newBuilder()
                            .setOwner(OWNER.id().key())
                            .setToken(token)
                            .setSealed(
                                ByteString.copyFrom(new byte[SizeClass.SMALL.sealedBytes()])))
                    .build()));
  }

  private static void request(byte[] input) {
    MailRequest request;
    try {
      request = MailRequest.parseFrom(input);
    } catch (InvalidProtocolBufferException e) {
      return;
    }
    MailStore store = Hollow.of(MailStore.class, MailRequestsFuzz::stored);
    Mailroom rooms = new Mailroom(store, MailboxLimits.DEFAULT, Clock.fixed(NOW, ZoneOffset.UTC));
    CompletableFuture<MailResponse> answer =
        rooms.handle(OWNER.id(), request).toCompletableFuture();
    assertThat(answer).isCompleted();
    assertThat(answer.join().getRequestId()).isEqualTo(request.getRequestId());
    assertThat(answer.join().getStatus())
        .isNotIn(MailResponse.Status.STATUS_UNSPECIFIED, MailResponse.Status.STORAGE_FAILING);
  }

  /** A disk that takes everything and has nothing; what it is given keeps the bounds. */
  private static Object stored(Method method, Object[] arguments) {
    return switch (method.getName()) {
      case "allow", "publish", "deposit" ->
          CompletableFuture.completedFuture(MailStore.Outcome.TAKEN);
      case "visit" -> CompletableFuture.completedFuture(MailStore.Contents.NONE);
      case "takeKeys" -> CompletableFuture.completedFuture(Optional.empty());
      case "fetch" -> CompletableFuture.completedFuture(ImmutableList.of());
      case "remove" -> {
        assertThat((List<?>) arguments[1]).hasSizeLessThanOrEqualTo(Mailroom.MAX_REMOVED);
        yield CompletableFuture.completedFuture(null);
      }
      default -> null;
    };
  }
}
