package dev.parley.relay.mailbox;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import com.google.protobuf.ByteString;
import dev.parley.config.RelayConfig.MailboxLimits;
import dev.parley.mailbox.PrekeyKind;
import dev.parley.mailbox.Prekeys;
import dev.parley.mailbox.PublicPrekey;
import dev.parley.mailbox.SizeClass;
import dev.parley.peer.v1.SignedPrekey;
import dev.parley.proto.id.PeerId;
import dev.parley.relay.mailbox.MailStore.Contents;
import dev.parley.relay.mailbox.MailStore.Outcome;
import dev.parley.relay.v1.AllowDeposits;
import dev.parley.relay.v1.Deposit;
import dev.parley.relay.v1.MailRequest;
import dev.parley.relay.v1.MailResponse;
import dev.parley.relay.v1.MailResponse.Status;
import dev.parley.relay.v1.PublishPrekeys;
import dev.parley.relay.v1.TakePrekeys;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a relay does about a request concerning mail. Thread-safe; a call costs some milliseconds of
 * computing at most and never waits for the disk.
 */
public final class Mailroom {
  private static final Logger log = LoggerFactory.getLogger(Mailroom.class);

  /** Contacts of one owner that may leave mail. */
  public static final int MAX_CAPABILITIES = 1_024;

  /** One-time keys in one message. */
  public static final int MAX_PREKEYS = 32;

  /** Letters that are removed at once. */
  public static final int MAX_REMOVED = 256;

  /** Letters in one answer. */
  static final int MAX_FETCHED = 32;

  /** Bytes of letters in one answer, but for the first. */
  static final int MAX_FETCHED_BYTES = 65_536;

  /** Whoever has not been here for longer than its keys are good for gets no mail any more. */
  static final Duration ABANDONED = Prekeys.USE.plus(Duration.ofDays(14));

  /**
   * How far the clock of ages follows the machine's from one purge to the next, an hour later. A
   * clock that is years ahead for an hour must not cost all mail; a relay that was off for a day
   * has caught up after a day.
   */
  static final Duration AGES_STEP = Duration.ofHours(2);

  private final MailStore store;
  private final MailboxLimits limits;
  private final Clock clock;

  /** What the last purge has gone by. */
  private volatile Optional<Instant> ages = Optional.empty();

  public Mailroom(MailStore store, MailboxLimits limits, Clock clock) {
    this.store = store;
    this.limits = limits;
    this.clock = clock;
  }

  /**
   * The answer; never fails.
   *
   * @param who the key that the connection has proven
   */
  public CompletionStage<MailResponse> handle(PeerId who, MailRequest request) {
    return answer(who, request)
        .exceptionally(Mailroom::failed)
        .thenApply(answer -> answer.setRequestId(request.getRequestId()).build());
  }

  private CompletionStage<MailResponse.Builder> answer(PeerId who, MailRequest request) {
    return switch (request.getBodyCase()) {
      case ALLOW -> allow(who, request.getAllow());
      case PUBLISH -> publish(who, request.getPublish());
      case FETCH -> fetch(who, request.getFetch().getAfter());
      case REMOVE -> remove(who, request.getRemove().getNumbersList());
      case TAKE_PREKEYS -> takePrekeys(request.getTakePrekeys());
      case DEPOSIT -> deposit(request.getDeposit());
      case BODY_NOT_SET -> malformed();
    };
  }

  private CompletionStage<MailResponse.Builder> allow(PeerId who, AllowDeposits allow) {
    if (allow.getCapabilityHashesCount() > MAX_CAPABILITIES) {
      return malformed();
    }
    ImmutableSet.Builder<CapabilityHash> capabilities = ImmutableSet.builder();
    for (ByteString bytes : allow.getCapabilityHashesList()) {
      Optional<CapabilityHash> capability = CapabilityHash.tryOf(bytes);
      if (capability.isEmpty()) {
        return malformed();
      }
      capabilities.add(capability.get());
    }
    Instant now = now();
    return store
        .allow(who, capabilities.build(), limits, now)
        .thenCompose(outcome -> withContents(who, outcome, now));
  }

  private CompletionStage<MailResponse.Builder> publish(PeerId who, PublishPrekeys publish) {
    if (publish.getOneTimeCount() > MAX_PREKEYS) {
      return malformed();
    }
    Optional<PublicPrekey> mediumTerm = Optional.empty();
    if (publish.hasMediumTerm()) {
      mediumTerm = verified(who, publish.getMediumTerm(), PrekeyKind.MEDIUM_TERM);
      if (mediumTerm.isEmpty()) {
        return malformed();
      }
    }
    ImmutableList.Builder<PublicPrekey> oneTime = ImmutableList.builder();
    for (SignedPrekey signed : publish.getOneTimeList()) {
      Optional<PublicPrekey> key = verified(who, signed, PrekeyKind.ONE_TIME);
      if (key.isEmpty()) {
        return malformed();
      }
      oneTime.add(key.get());
    }
    Instant now = now();
    return store
        .publish(who, new MailStore.Publication(mediumTerm, oneTime.build()), now)
        .thenCompose(outcome -> withContents(who, outcome, now));
  }

  private static Optional<PublicPrekey> verified(PeerId who, SignedPrekey signed, PrekeyKind kind) {
    return Prekeys.verify(signed, who).filter(key -> key.kind() == kind);
  }

  private CompletionStage<MailResponse.Builder> withContents(
      PeerId who, Outcome outcome, Instant now) {
    if (outcome != Outcome.TAKEN) {
      return CompletableFuture.completedFuture(status(onWire(outcome)));
    }
    Function<Contents, MailResponse.Builder> told =
        contents ->
            status(Status.OK)
                .setLettersWaiting((int) contents.letters())
                .setOneTimePrekeysLeft(contents.oneTimeKeys());
    return store.visit(who, now).thenApply(told);
  }

  private CompletionStage<MailResponse.Builder> fetch(PeerId who, long after) {
    if (after < 0) {
      return malformed();
    }
    return store
        .fetch(who, after, MAX_FETCHED, MAX_FETCHED_BYTES)
        .thenApply(
            letters -> {
              MailResponse.Builder answer = status(Status.OK);
              letters.stream().map(Mailroom::onWire).forEach(answer::addLetters);
              return answer;
            });
  }

  private CompletionStage<MailResponse.Builder> remove(PeerId who, List<Long> numbers) {
    if (numbers.size() > MAX_REMOVED) {
      return malformed();
    }
    return store.remove(who, numbers).thenApply(done -> status(Status.OK));
  }

  private CompletionStage<MailResponse.Builder> takePrekeys(TakePrekeys take) {
    Optional<PeerId> owner = PeerId.tryOf(take.getOwner());
    Optional<CapabilityHash> capability = CapabilityHash.ofToken(take.getToken());
    if (owner.isEmpty() || capability.isEmpty()) {
      return malformed();
    }
    return store
        .takeKeys(owner.get(), capability.get(), now())
        .thenApply(
            keys -> {
              MailResponse.Builder answer =
                  status(keys.isPresent() ? Status.OK : Status.NOT_ALLOWED);
              keys.flatMap(MailStore.Keys::mediumTerm).ifPresent(answer::setMediumTerm);
              keys.flatMap(MailStore.Keys::oneTime).ifPresent(answer::setOneTime);
              return answer;
            });
  }

  private CompletionStage<MailResponse.Builder> deposit(Deposit deposit) {
    Optional<PeerId> owner = PeerId.tryOf(deposit.getOwner());
    Optional<CapabilityHash> capability = CapabilityHash.ofToken(deposit.getToken());
    if (owner.isEmpty()
        || capability.isEmpty()
        || SizeClass.ofSealed(deposit.getSealed().size()).isEmpty()) {
      return malformed();
    }
    return store
        .deposit(owner.get(), capability.get(), deposit.getSealed(), limits, now())
        .thenApply(outcome -> status(onWire(outcome)));
  }

  /**
   * Forgets what is over. To be called at the start and every hour.
   *
   * @return done when that is so, or could not be; never fails
   */
  public CompletionStage<Void> purge() {
    Duration step = ages.isEmpty() ? Duration.ZERO : AGES_STEP;
    return store
        .advanceAges(clock.instant(), step)
        .thenCompose(
            now -> {
              ages = Optional.of(now);
              return store.purge(now.minus(limits.lifetime()), now.minus(ABANDONED), now);
            })
        .handle(
            (letters, failure) -> {
              if (failure != null) {
                log.warn("old mail could not be removed: {}", failure.getMessage());
              } else if (letters > 0) {
                log.info("{} letters were not fetched in time and are gone", letters);
              }
              return failure == null;
            })
        .thenAccept(done -> {});
  }

  /** The time, as far as it can be by what was so at the last purge. */
  private Instant now() {
    Instant now = clock.instant();
    Instant earliest = ages.orElse(now);
    Instant latest = earliest.plus(AGES_STEP);
    return now.isBefore(earliest) ? earliest : now.isAfter(latest) ? latest : now;
  }

  /** How long a letter is kept. */
  public Duration lifetime() {
    return limits.lifetime();
  }

  private static MailResponse.Builder failed(Throwable failure) {
    log.debug("a request about mail failed", failure);
    return status(Status.STORAGE_FAILING);
  }

  private static CompletionStage<MailResponse.Builder> malformed() {
    return CompletableFuture.completedFuture(status(Status.MALFORMED));
  }

  private static MailResponse.Builder status(Status status) {
    return MailResponse.newBuilder().setStatus(status);
  }

  private static Status onWire(Outcome outcome) {
    return switch (outcome) {
      case TAKEN -> Status.OK;
      case NOT_ALLOWED -> Status.NOT_ALLOWED;
      case MAILBOX_FULL -> Status.MAILBOX_FULL;
      case DEPOSITOR_FULL -> Status.DEPOSITOR_FULL;
      case RELAY_FULL -> Status.RELAY_FULL;
    };
  }

  private static dev.parley.relay.v1.Letter onWire(Letter letter) {
    return dev.parley.relay.v1.Letter.newBuilder()
        .setNumber(letter.number())
        .setDepositedAtMillis(letter.depositedAt().toEpochMilli())
        .setSealed(letter.sealed())
        .build();
  }
}
