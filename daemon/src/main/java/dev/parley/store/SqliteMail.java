package dev.parley.store;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import com.google.protobuf.ByteString;
import dev.parley.config.RelayConfig.MailboxLimits;
import dev.parley.proto.id.PeerId;
import dev.parley.relay.mailbox.CapabilityHash;
import dev.parley.relay.mailbox.Letter;
import dev.parley.relay.mailbox.MailStore;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** Each call is one change: what it looks at and what it writes are one transaction. */
final class SqliteMail implements MailStore {
  /** What a change weighs that carries no letter. */
  private static final long SMALL = 512;

  private final Writer writer;

  SqliteMail(Writer writer) {
    this.writer = writer;
  }

  @Override
  public CompletionStage<Outcome> allow(
      PeerId owner, ImmutableSet<CapabilityHash> capabilities, MailboxLimits limits, Instant now) {
    return writer.write(
        SMALL, sql -> MailboxTable.allow(sql, owner, capabilities, limits.maxMailboxes(), now));
  }

  @Override
  public CompletionStage<Outcome> publish(PeerId owner, Publication keys, Instant now) {
    return writer.write(SMALL, sql -> PrekeyTable.publish(sql, owner, keys, now));
  }

  @Override
  public CompletionStage<Contents> visit(PeerId owner, Instant now) {
    return writer.write(
        SMALL,
        sql ->
            MailboxTable.visit(sql, owner, now)
                ? new Contents(LetterTable.count(sql, owner), PrekeyTable.count(sql, owner, now))
                : Contents.NONE);
  }

  @Override
  public CompletionStage<Optional<Keys>> takeKeys(
      PeerId owner, CapabilityHash capability, Instant now) {
    return writer.write(
        SMALL,
        sql ->
            MailboxTable.isAllowed(sql, owner, capability)
                ? Optional.of(PrekeyTable.take(sql, owner, now))
                : Optional.empty());
  }

  @Override
  public CompletionStage<Outcome> deposit(
      PeerId owner,
      CapabilityHash capability,
      ByteString sealed,
      MailboxLimits limits,
      Instant now) {
    return writer.write(
        SMALL + sealed.size(),
        sql ->
            MailboxTable.isAllowed(sql, owner, capability)
                ? LetterTable.deposit(sql, owner, capability, sealed, limits, now)
                : Outcome.NOT_ALLOWED);
  }

  @Override
  public CompletionStage<ImmutableList<Letter>> fetch(
      PeerId owner, long after, int maxLetters, int maxBytes) {
    return writer.write(0, sql -> LetterTable.page(sql, owner, after, maxLetters, maxBytes));
  }

  @Override
  public CompletionStage<Void> remove(PeerId owner, List<Long> numbers) {
    return writer
        .write(SMALL, sql -> LetterTable.remove(sql, owner, numbers))
        .thenAccept(removed -> {});
  }

  @Override
  public CompletionStage<Instant> advanceAges(Instant now, Duration step) {
    return writer.write(SMALL, sql -> MailboxTable.advanceAges(sql, now, step));
  }

  @Override
  public CompletionStage<Integer> purge(Instant depositedBefore, Instant seenBefore, Instant now) {
    return writer.write(
        SMALL,
        sql -> {
          PrekeyTable.purge(sql, now);
          int letters = LetterTable.purge(sql, depositedBefore);
          MailboxTable.purge(sql, seenBefore);
          return letters;
        });
  }
}
