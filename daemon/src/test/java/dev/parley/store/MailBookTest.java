package dev.parley.store;

import static dev.parley.store.StoredMessages.await;
import static dev.parley.store.StoredMessages.peer;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.parley.identity.Identity;
import dev.parley.identity.TestIdentities;
import dev.parley.mail.MailBook;
import dev.parley.mail.MailBook.Correspondent;
import dev.parley.mail.MailBook.Kept;
import dev.parley.mailbox.OwnPrekey;
import dev.parley.mailbox.PrekeyKind;
import dev.parley.mailbox.Prekeys;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MailBookTest {
  private static final Clock CLOCK = Clock.fixed(StoredMessages.NOW, ZoneOffset.UTC);
  private static final Identity BOB = TestIdentities.of(2);

  @TempDir Path directory;

  @Test
  void prekeysAndTokensAreThereAfterARestart() throws Exception {
    Path file = directory.resolve("parley.db");
    OwnPrekey first = prekey(PrekeyKind.MEDIUM_TERM);
    OwnPrekey second = prekey(PrekeyKind.MEDIUM_TERM);
    OwnPrekey oneTime = prekey(PrekeyKind.ONE_TIME);
    try (Store store = Store.open(file, CLOCK)) {
      MailBook book = store.mailBook();
      await(book.replaceMediumTerm(first, StoredMessages.NOW));
      await(book.addPrekeys(List.of(oneTime)));
      await(book.replaceMediumTerm(second, StoredMessages.NOW));
      await(book.putReceived(peer(1), token(1)));
      await(book.putGiven(peer(1), token(2)));
      await(book.putDeposited(peer(1), 7));
      await(book.putGiven(peer(2), token(3)));
      await(book.forget(peer(2)));
    }
    try (Store store = Store.open(file, CLOCK)) {
      MailBook book = store.mailBook();
      assertThat(await(book.prekeys()))
          .containsExactlyInAnyOrder(
              new Kept(first, Optional.of(StoredMessages.NOW)),
              new Kept(second, Optional.empty()),
              new Kept(oneTime, Optional.empty()));
      assertThat(await(book.prekey(oneTime.prekey().id()))).contains(oneTime);
      assertThat(await(book.correspondents()))
          .containsOnlyKeys(peer(1))
          .containsEntry(
              peer(1), new Correspondent(Optional.of(token(2)), Optional.of(token(1)), 7));
    }
  }

  @Test
  void aDestroyedSeedIsNowhereInTheFile() throws Exception {
    Path file = directory.resolve("parley.db");
    OwnPrekey key = prekey(PrekeyKind.ONE_TIME);
    try (Store store = Store.open(file, CLOCK)) {
      await(store.mailBook().addPrekeys(List.of(key)));
    }
    assertThat(contains(file, key.seed())).isTrue();
    try (Store store = Store.open(file, CLOCK)) {
      await(store.mailBook().destroy(List.of(key.prekey().id())));
      assertThat(await(store.mailBook().prekey(key.prekey().id()))).isEmpty();
    }
    // Closing has moved the WAL into the file and deleted it.
    assertThat(contains(file, key.seed())).isFalse();
    assertThat(directory.resolve("parley.db-wal")).doesNotExist();
  }

  private static OwnPrekey prekey(PrekeyKind kind) {
    return Prekeys.make(BOB, kind, StoredMessages.NOW, new SecureRandom());
  }

  private static ByteString token(int number) {
    byte[] token = new byte[32];
    token[0] = (byte) number;
    return ByteString.copyFrom(token);
  }

  private static boolean contains(Path file, ByteString part) throws Exception {
    byte[] all = Files.readAllBytes(file);
    byte[] wanted = part.toByteArray();
    for (int at = 0; at + wanted.length <= all.length; at++) {
      if (java.util.Arrays.equals(all, at, at + wanted.length, wanted, 0, wanted.length)) {
        return true;
      }
    }
    return false;
  }
}
