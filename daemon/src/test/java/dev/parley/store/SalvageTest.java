package dev.parley.store;

import static dev.parley.store.DamagedDatabase.ARRIVED;
import static dev.parley.store.DamagedDatabase.CLOCK;
import static dev.parley.store.DamagedDatabase.FIRST_ID;
import static dev.parley.store.DamagedDatabase.PAGE;
import static dev.parley.store.DamagedDatabase.READ;
import static dev.parley.store.DamagedDatabase.SENT;
import static dev.parley.store.DamagedDatabase.WAITING;
import static dev.parley.store.StoredMessages.await;
import static dev.parley.store.StoredMessages.id;
import static dev.parley.store.StoredMessages.peer;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.messaging.ConsumerName;
import dev.parley.messaging.InboxGap;
import dev.parley.messaging.InboxMessage;
import dev.parley.messaging.MessageStore;
import dev.parley.messaging.MessageStore.InboxPage;
import dev.parley.messaging.MessageStore.PageLimit;
import dev.parley.messaging.OutboxMessage;
import dev.parley.messaging.StoredConsumer;
import dev.parley.proto.id.MessageId;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A damaged database is set aside, and what can be read of it is in the new one. */
class SalvageTest {
  private static final PageLimit ALL = new PageLimit(10_000, 1L << 30);

  @TempDir static Path prepared;
  private static Path sound;

  @TempDir Path directory;
  private Path file;

  @BeforeAll
  static void prepare() throws Exception {
    sound = prepared.resolve("parley.db");
    DamagedDatabase.fill(sound);
  }

  @BeforeEach
  void copy() throws IOException {
    file = directory.resolve("parley.db");
    Files.copy(sound, file);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
  }

  @Test
  void aHeaderThatIsOverwrittenCostsNothing() throws Exception {
    byte[] noise = new byte[100];
    new Random(1).nextBytes(noise);
    DamagedDatabase.overwrite(file, 0, noise);
    byte[] found = Files.readAllBytes(file);

    try (Store store = Store.open(file, CLOCK)) {
      requireAllMessages(store);
      assertThat(await(store.contacts().loadContacts())).hasSize(2);
    }
    SalvageReport report = report();
    assertThat(report.damaged().getFileName()).hasToString("parley.db.damaged-20261122-120000");
    assertThat(report.damaged()).hasBinaryContent(found);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    requireSound();
  }

  @Test
  void aLostWayToTheLeavesCostsNoMessage() throws Exception {
    for (String table : List.of("inbox", "outbox", "sent")) {
      DamagedDatabase.overwrite(file, (rootOf(table) - 1L) * PAGE, new byte[PAGE]);
    }

    try (Store store = Store.open(file, CLOCK)) {
      requireAllMessages(store);
      // What the roots held cannot be known, so nobody is told that nothing is missing.
      assertThat(gapOf(store, ConsumerName.DEFAULT)).isNotNull();
    }
    assertThat(report().missing()).anyMatch(line -> line.contains("pages could not be read"));
    requireSound();
  }

  @Test
  void aMessageThatIsLostAndWasReadIsNotTakenASecondTime() throws Exception {
    Set<Long> before = positions();
    loseALeafOf("inbox", 0);

    try (Store store = Store.open(file, CLOCK)) {
      Set<Long> lost = new HashSet<>(before);
      lost.removeAll(positions());
      assertThat(lost).isNotEmpty().allMatch(position -> position < READ);
      for (long position : lost) {
        assertThat(await(store.messages().appendInbox(List.of(again(position)))))
            .as("message %d, which somebody had read", position)
            .isEmpty();
      }
      InboxGap gap = gapOf(store, ConsumerName.DEFAULT);
      assertThat(gap.count()).as("nothing unread is known to be lost").isZero();
    }
  }

  @Test
  void aMessageThatIsLostUnreadIsToldAndIsWelcomeAgain() throws Exception {
    Set<Long> before = positions();
    int leaf = loseTheLastLeafOf("inbox");

    try (Store store = Store.open(file, CLOCK)) {
      Set<Long> lost = new HashSet<>(before);
      lost.removeAll(positions());
      assertThat(lost).as("of page %d", leaf).isNotEmpty().allMatch(position -> position > READ);
      InboxGap gap = gapOf(store, ConsumerName.DEFAULT);
      assertThat(gap.count()).isEqualTo(lost.size());
      assertThat(report().missing()).anyMatch(line -> line.startsWith(lost.size() + " messages"));
      for (long position : lost) {
        assertThat(await(store.messages().appendInbox(List.of(again(position))))).hasSize(1);
      }
    }
  }

  @Test
  void aGapIsToldOnceAndHidesNothing() throws Exception {
    DamagedDatabase.overwrite(file, (rootOf("inbox") - 1L) * PAGE, new byte[PAGE]);
    try (Store store = Store.open(file, CLOCK)) {
      MessageStore messages = store.messages();
      StoredConsumer known = await(messages.registerConsumer(ConsumerName.DEFAULT));
      InboxPage page = await(messages.readInbox(ConsumerName.DEFAULT, known.cursor(), ALL));
      InboxGap gap = page.gap().orElseThrow();
      assertThat(gap.lastPosition()).isGreaterThan(known.cursor());
      assertThat(page.messages())
          .as("what was acknowledged does not come again, the rest does")
          .extracting(InboxMessage::position)
          .allMatch(position -> position > READ && position != READ + 10)
          .hasSize(ARRIVED - READ - 1);
      await(
          messages.acknowledge(
              ConsumerName.DEFAULT, gap.lastPosition(), List.of(), CLOCK.instant()));
      assertThat(await(messages.registerConsumer(ConsumerName.DEFAULT)).cursor()).isEqualTo(READ);
      assertThat(gapOf(store, ConsumerName.DEFAULT)).isNull();
    }
  }

  @Test
  void whatIsInTheLogAloneIsSalvagedToo() throws Exception {
    Path crashed = directory.resolve("crashed.db");
    try (Store store = Store.open(file, CLOCK)) {
      await(store.messages().appendOutbox(List.of(StoredMessages.outgoing(5_000, peer(3)))));
      Files.copy(file, crashed);
      Files.copy(directory.resolve("parley.db-wal"), directory.resolve("crashed.db-wal"));
    }
    DamagedDatabase.overwrite(crashed, 0, new byte[100]);
    try (Store store = Store.open(crashed, CLOCK)) {
      assertThat(await(store.messages().readOutbox(peer(3), 0, ALL)))
          .extracting(OutboxMessage::id)
          .contains(id(5_000))
          .hasSize(WAITING + 1);
    }
    assertThat(directory.resolve("crashed.db.damaged-20261122-120000-wal")).exists();
  }

  @Test
  void positionsGoOnBeyondAllThatWereEverGiven() throws Exception {
    DamagedDatabase.overwrite(file, 0, new byte[100]);
    try (Store store = Store.open(file, CLOCK)) {
      assertThat(await(store.messages().load()).lastPosition())
          .isGreaterThan(ARRIVED + SENT + WAITING + 1_000L);
    }
  }

  @Test
  void anEmptyFileATextAndAStumpBeginAnewAndSayWhatWas() throws Exception {
    for (byte[] content :
        List.of(new byte[0], "Dear diary, ".repeat(999).getBytes("UTF-8"), stump(50))) {
      Files.write(file, content);
      try (Store store = Store.open(file, CLOCK)) {
        assertThat(await(store.contacts().loadContacts())).isEmpty();
        assertThat(gapOf(store, ConsumerName.DEFAULT)).isNotNull();
      }
      List<SalvageReport> reports = SalvageReport.beside(file);
      assertThat(reports.get(reports.size() - 1).damaged()).hasBinaryContent(content);
    }
    assertThat(SalvageReport.beside(file)).hasSize(3);
  }

  @Test
  void aTruncatedFileGivesWhatItHas() throws Exception {
    Set<Long> kept = new HashSet<>();
    try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
      bytes.setLength(bytes.length() * 2 / 3 + 17);
    }
    try (Store store = Store.open(file, CLOCK)) {
      kept.addAll(positions());
      assertThat(kept).isNotEmpty();
      assertThat(gapOf(store, ConsumerName.DEFAULT)).isNotNull();
    }
    assertThat(report().missing()).isNotEmpty();
    requireSound();
  }

  @Test
  void anInterruptedReplacementIsCompleted() throws Exception {
    DamagedDatabase.overwrite(file, 0, new byte[100]);
    Store.open(file, CLOCK).close();
    Files.move(file, directory.resolve("parley.db.salvaged"));
    try (Store store = Store.open(file, CLOCK)) {
      requireAllMessages(store);
    }
    assertThat(directory.resolve("parley.db.salvaged")).doesNotExist();
  }

  @Test
  void aReportIsGoneWithTheDamagedFile() throws Exception {
    DamagedDatabase.overwrite(file, 0, new byte[100]);
    Store.open(file, CLOCK).close();
    Files.delete(report().damaged());
    assertThat(SalvageReport.beside(file)).isEmpty();
  }

  @Test
  void aDamagedDatabaseOfVersion1IsSalvagedAndBroughtUpToDate() throws Exception {
    try (InputStream v1 = SalvageTest.class.getResourceAsStream("/db/v1.db")) {
      Files.copy(v1, file, StandardCopyOption.REPLACE_EXISTING);
    }
    DamagedDatabase.overwrite(file, (rootOf("inbox") - 1L) * PAGE, new byte[8]);
    try (Store store = Store.open(file, CLOCK)) {
      assertThat(await(store.messages().readOutbox(peer(2), 0, ALL)))
          .extracting(OutboxMessage::id)
          .containsExactly(id(5), id(6), id(7));
      assertThat(await(store.contacts().loadContacts())).hasSize(1);
      assertThat(await(store.messages().find(id(3)))).isPresent();
    }
    requireSound();
  }

  @Test
  void whateverIsDamagedTheStoreOpensAndTellsTheTruth() throws Exception {
    for (long seed = 1; seed <= 60; seed++) {
      Files.copy(sound, file, StandardCopyOption.REPLACE_EXISTING);
      Random random = new Random(seed);
      damage(random);
      try (Store store = Store.open(file, CLOCK)) {
        requireTruth(store, seed);
      }
      requireSound();
      for (SalvageReport report : SalvageReport.beside(file)) {
        Files.delete(report.damaged());
      }
    }
  }

  /** Noise, zeros, or another page in the place of some pages; or bytes here and there. */
  private void damage(Random random) throws IOException {
    long pages = Files.size(file) / PAGE;
    byte[] page = new byte[PAGE];
    for (int i = 0; i <= random.nextInt(4); i++) {
      long at = random.nextLong(pages) * PAGE;
      switch (random.nextInt(4)) {
        case 0 -> {
          random.nextBytes(page);
          DamagedDatabase.overwrite(file, at, page);
        }
        case 1 -> DamagedDatabase.overwrite(file, at, new byte[PAGE]);
        case 2 -> {
          byte[] bytes = new byte[1 + random.nextInt(64)];
          random.nextBytes(bytes);
          DamagedDatabase.overwrite(file, at + random.nextInt(64), bytes);
        }
        default -> {
          try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
            bytes.setLength(bytes.length() - random.nextLong(bytes.length() / 4));
          }
          pages = Files.size(file) / PAGE;
        }
      }
    }
  }

  /** Nothing comes twice, order is kept, and whoever lost something hears of it. */
  private void requireTruth(Store store, long seed) throws Exception {
    MessageStore messages = store.messages();
    assertThat(await(messages.readOutbox(peer(3), 0, ALL)))
        .as("seed %d", seed)
        .extracting(OutboxMessage::position)
        .isSorted()
        .doesNotHaveDuplicates()
        .allMatch(position -> position > ARRIVED);
    StoredConsumer reader = await(messages.registerConsumer(ConsumerName.DEFAULT));
    InboxPage page = await(messages.readInbox(ConsumerName.DEFAULT, reader.cursor(), ALL));
    List<Long> waiting = page.messages().stream().map(InboxMessage::position).toList();
    assertThat(waiting).as("seed %d", seed).isSorted().doesNotHaveDuplicates();
    Set<Long> unread = new HashSet<>();
    for (long position = READ + 1; position <= ARRIVED; position++) {
      unread.add(position);
    }
    unread.remove(READ + 10L);
    assertThat(unread.containsAll(waiting))
        .as("seed %d: only what was not read comes: %s", seed, waiting)
        .isTrue();
    if (!waiting.containsAll(unread)) {
      assertThat(page.gap()).as("seed %d: the gap is told", seed).isPresent();
    }
  }

  private void requireAllMessages(Store store) throws Exception {
    assertThat(positions()).hasSize(ARRIVED);
    assertThat(await(store.messages().readOutbox(peer(3), 0, ALL)))
        .extracting(OutboxMessage::position)
        .hasSize(WAITING)
        .isSorted();
    for (int i = 1; i <= SENT; i++) {
      assertThat(await(store.messages().find(id(ARRIVED + i)))).isPresent();
    }
    List<InboxMessage> inbox =
        await(store.messages().readInbox(new ConsumerName("new"), 0, ALL)).messages();
    for (InboxMessage message : inbox) {
      assertThat(message).isEqualTo(DamagedDatabase.arrival((int) message.position()));
    }
    assertThat(await(store.messages().appendInbox(List.of(again(1), again(ARRIVED))))).isEmpty();
  }

  /** The same message on another connection, at a new position. */
  private static InboxMessage again(long position) {
    InboxMessage first = DamagedDatabase.arrival((int) position);
    MessageId id = first.id();
    assertThat(id).isEqualTo(id(FIRST_ID + position));
    return new InboxMessage(
        100_000_000 + position,
        id,
        first.from(),
        first.contentType(),
        first.body(),
        first.sentAt(),
        first.receivedAt(),
        first.path());
  }

  private static @org.jspecify.annotations.Nullable InboxGap gapOf(
      Store store, ConsumerName consumer) throws Exception {
    return await(store.messages().readInbox(consumer, -1, ALL)).gap().orElse(null);
  }

  private SalvageReport report() {
    List<SalvageReport> reports = SalvageReport.beside(file);
    assertThat(reports).hasSize(1);
    return reports.get(0);
  }

  private byte[] stump(int bytes) throws IOException {
    return java.util.Arrays.copyOf(Files.readAllBytes(sound), bytes);
  }

  private void loseALeafOf(String table, int which) throws Exception {
    DamagedDatabase.overwrite(file, (leavesOf(table).get(which) - 1L) * PAGE, new byte[PAGE]);
  }

  private int loseTheLastLeafOf(String table) throws Exception {
    List<Integer> leaves = leavesOf(table);
    int last = leaves.get(leaves.size() - 1);
    DamagedDatabase.overwrite(file, (last - 1L) * PAGE, new byte[PAGE]);
    return last;
  }

  private int rootOf(String table) throws Exception {
    return numbers("SELECT rootpage FROM sqlite_master WHERE name = '" + table + "'").get(0);
  }

  private List<Integer> leavesOf(String table) throws Exception {
    return numbers(
        "SELECT pageno FROM dbstat WHERE name = '"
            + table
            + "' AND pagetype = 'leaf' ORDER BY path");
  }

  private Set<Long> positions() throws Exception {
    Set<Long> positions = new HashSet<>();
    numbers("SELECT position FROM inbox").forEach(number -> positions.add((long) number));
    return positions;
  }

  private List<Integer> numbers(String query) throws Exception {
    List<Integer> numbers = new ArrayList<>();
    try (Connection sqlite = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement statement = sqlite.createStatement();
        ResultSet rows = statement.executeQuery(query)) {
      while (rows.next()) {
        numbers.add(rows.getInt(1));
      }
    }
    return numbers;
  }

  private void requireSound() throws Exception {
    try (Connection sqlite = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement statement = sqlite.createStatement();
        ResultSet rows = statement.executeQuery("PRAGMA integrity_check")) {
      assertThat(rows.getString(1)).isEqualTo("ok");
    }
  }
}
