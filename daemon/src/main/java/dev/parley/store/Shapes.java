package dev.parley.store;

import static dev.parley.store.Shape.Column.ANY_ROW_ID;
import static dev.parley.store.Shape.Column.BLOB;
import static dev.parley.store.Shape.Column.BLOB_OR_NULL;
import static dev.parley.store.Shape.Column.ID;
import static dev.parley.store.Shape.Column.KEY;
import static dev.parley.store.Shape.Column.NUMBER;
import static dev.parley.store.Shape.Column.NUMBER_OR_NULL;
import static dev.parley.store.Shape.Column.PATH;
import static dev.parley.store.Shape.Column.ROW_ID;
import static dev.parley.store.Shape.Column.TEXT;
import static dev.parley.store.Shape.Column.TEXT_OR_NULL;
import static dev.parley.store.Shape.ofIndex;
import static dev.parley.store.Shape.ofTable;

import com.google.common.collect.ImmutableList;

/**
 * What is salvaged from each version of each schema. No two shapes of a version fit the same
 * record, but for the words' configuration, which looks like an acknowledgement of a consumer that
 * does not exist.
 */
final class Shapes {
  private static final ImmutableList<Shape> SINCE_1 =
      ImmutableList.of(
          ofTable("inbox", ROW_ID, KEY, ID, NUMBER, NUMBER, PATH, TEXT, BLOB),
          ofIndex("consumer", TEXT, NUMBER, NUMBER),
          ofIndex("receipts", KEY, NUMBER, NUMBER, NUMBER),
          ofIndex("contact", KEY, TEXT, NUMBER, BLOB));

  private static final ImmutableList<Shape> V1 =
      ImmutableList.<Shape>builder()
          .addAll(SINCE_1)
          .add(ofTable("outbox", ROW_ID, KEY, ID, NUMBER, NUMBER_OR_NULL, TEXT, BLOB))
          .add(ofIndex("sent", ID, KEY, NUMBER, NUMBER, TEXT_OR_NULL))
          .build();

  private static final ImmutableList<Shape> V2 =
      ImmutableList.<Shape>builder()
          .addAll(SINCE_1)
          .add(
              ofTable(
                  "outbox", ROW_ID, KEY, ID, NUMBER, NUMBER_OR_NULL, NUMBER_OR_NULL, TEXT, BLOB),
              ofTable(
                  "sent",
                  ROW_ID,
                  KEY,
                  ID,
                  NUMBER,
                  NUMBER_OR_NULL,
                  NUMBER_OR_NULL,
                  NUMBER,
                  NUMBER_OR_NULL,
                  NUMBER_OR_NULL,
                  TEXT_OR_NULL,
                  TEXT_OR_NULL,
                  BLOB_OR_NULL),
              ofTable("tombstone", ROW_ID, KEY, ID, NUMBER),
              ofTable("retention", NUMBER, NUMBER, NUMBER),
              ofIndex("gap", TEXT, NUMBER, NUMBER, NUMBER, NUMBER, NUMBER),
              ofIndex("acknowledged", TEXT, NUMBER),
              ofIndex("client_send", TEXT, ID, BLOB))
          .build();

  private static final ImmutableList<Shape> V3 =
      ImmutableList.<Shape>builder()
          .addAll(V2)
          .add(
              ofTable("prekey", ANY_ROW_ID, NUMBER, BLOB, KEY, NUMBER_OR_NULL),
              ofIndex("correspondent", KEY, BLOB_OR_NULL, BLOB_OR_NULL, NUMBER))
          .build();

  private static final ImmutableList<Shape> V4 =
      ImmutableList.<Shape>builder()
          .addAll(V3)
          .add(
              ofIndex("service", TEXT, TEXT, NUMBER, BLOB),
              ofTable("forward", ROW_ID, KEY, TEXT, TEXT, NUMBER))
          .build();

  private static final Shape FILE_TRANSFER =
      ofIndex(
          "file_transfer",
          ID,
          KEY,
          NUMBER,
          NUMBER,
          NUMBER,
          TEXT,
          NUMBER,
          NUMBER,
          NUMBER,
          TEXT_OR_NULL,
          NUMBER,
          NUMBER,
          NUMBER,
          TEXT,
          NUMBER,
          NUMBER_OR_NULL);

  private static final ImmutableList<Shape> V5 =
      ImmutableList.<Shape>builder().addAll(V4).add(FILE_TRANSFER).build();

  private static final ImmutableList<Shape> V6 =
      ImmutableList.<Shape>builder()
          .addAll(V5.stream().filter(shape -> !shape.name().equals("contact")).iterator())
          .add(ofIndex("contact", KEY, TEXT, NUMBER, BLOB, NUMBER))
          .build();

  /** By version, the first first. */
  static final ImmutableList<ImmutableList<Shape>> NODE = ImmutableList.of(V1, V2, V3, V4, V5, V6);

  /**
   * One-time prekeys are not among them: whoever was given one must be the only one. Nor is the
   * clock of ages of version 2, which is set anew.
   */
  private static final ImmutableList<Shape> OF_MAIL =
      ImmutableList.of(
          ofIndex("mailbox", KEY, NUMBER, BLOB_OR_NULL, NUMBER),
          ofIndex("capability", KEY, KEY),
          ofTable("letter", ROW_ID, KEY, KEY, NUMBER, NUMBER, BLOB));

  static final ImmutableList<ImmutableList<Shape>> MAIL = ImmutableList.of(OF_MAIL, OF_MAIL);

  private Shapes() {}
}
