package dev.parley.store.page;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds every record in every page, whatever became of the trees above: leaves hold what they held,
 * though the way to them is lost.
 *
 * <p>Pages on the list of free pages are passed over, as far as that list can be read, for they
 * hold what was deleted. Memory: a page, a record, and three bits for each page of the file.
 */
public final class PageScan {
  private static final int INDEX_INTERIOR = 2;
  private static final int TABLE_INTERIOR = 5;
  private static final int INDEX_LEAF = 10;
  private static final int TABLE_LEAF = 13;

  /** A body has at most 64 KiB. What claims to be longer is not ours. */
  private static final int MAX_PAYLOAD = 1 << 20;

  /** Of the page that holds it nothing is used (§1.4). */
  private static final long LOCK_BYTE = 1L << 30;

  private final PageFile file;
  private final Visitor visitor;
  private final BitSet free = new BitSet();
  private final BitSet overflow = new BitSet();
  private final BitSet trees = new BitSet();
  private long brokenRows;

  /** Takes what is found. */
  public interface Visitor {
    void row(Row row);
  }

  public PageScan(PageFile file, Visitor visitor) {
    this.file = file;
    this.visitor = visitor;
  }

  /** Looks at all pages. */
  public void run() {
    file.header().ifPresent(header -> markFree(header.freeTrunk()));
    for (int number = 1; number <= file.pages(); number++) {
      byte[] page = free.get(number) ? null : file.page(number);
      if (page != null) {
        scan(number, page);
      }
    }
  }

  /** Pages that should be there, are not free, and are neither of a tree nor of a long record. */
  public long damagedPages() {
    int expected = file.pagesExpected();
    BitSet known = (BitSet) trees.clone();
    known.or(overflow);
    known.or(free);
    int lock = (int) (LOCK_BYTE / file.pageBytes()) + 1;
    return expected - known.get(1, expected + 1).cardinality() - (lock <= expected ? 1 : 0);
  }

  /** Records that are there and cannot be read whole. */
  public long brokenRows() {
    return brokenRows;
  }

  public int pages() {
    return file.pagesExpected();
  }

  /** §1.5: each trunk names the next, and leaves. */
  private void markFree(int first) {
    int trunk = first;
    while (trunk > 0 && trunk <= file.pages() && !free.get(trunk)) {
      byte[] page = file.page(trunk);
      if (page == null) {
        return;
      }
      free.set(trunk);
      int leaves = number(page, 4, 4);
      if (leaves < 0 || leaves > file.usableBytes() / 4 - 2) {
        return;
      }
      for (int i = 0; i < leaves; i++) {
        int leaf = number(page, 8 + 4 * i, 4);
        if (leaf > 1 && leaf <= file.pages()) {
          free.set(leaf);
        }
      }
      trunk = number(page, 0, 4);
    }
  }

  private void scan(int number, byte[] page) {
    // Page 1 begins with the header of the file.
    int at = number == 1 ? DatabaseHeader.BYTES : 0;
    int type = page[at];
    boolean interior = type == INDEX_INTERIOR || type == TABLE_INTERIOR;
    if (!interior && type != INDEX_LEAF && type != TABLE_LEAF) {
      return;
    }
    int cells = number(page, at + 3, 2);
    int pointers = at + (interior ? 12 : 8);
    if (pointers + 2 * cells > file.usableBytes()) {
      return;
    }
    boolean sound = true;
    for (int i = 0; i < cells; i++) {
      int cell = number(page, pointers + 2 * i, 2);
      if (cell < pointers + 2 * cells || cell >= file.usableBytes()) {
        sound = false;
        brokenRows++;
      } else if (type != TABLE_INTERIOR) {
        cell(number, page, interior ? cell + 4 : cell, type == TABLE_LEAF);
      }
    }
    if (sound) {
      trees.set(number);
    }
  }

  private void cell(int number, byte[] page, int at, boolean table) {
    Varint size = Varint.read(page, at, file.usableBytes());
    Varint rowId =
        size == null || !table ? size : Varint.read(page, size.end(), file.usableBytes());
    if (size == null || rowId == null || size.value() < 1 || size.value() > MAX_PAYLOAD) {
      brokenRows++;
      return;
    }
    byte[] payload = payload(page, rowId.end(), (int) size.value(), table);
    if (payload == null) {
      brokenRows++;
      return;
    }
    Row.parse(number, table, table ? rowId.value() : 0, payload)
        .ifPresentOrElse(visitor::row, () -> brokenRows++);
  }

  /** §1.6: what does not fit into the page goes on in a chain of others. */
  private byte @Nullable [] payload(byte[] page, int at, int size, boolean table) {
    int usable = file.usableBytes();
    int local = localBytes(size, table);
    if (at + local + (local < size ? 4 : 0) > usable) {
      return null;
    }
    byte[] payload = Arrays.copyOf(Arrays.copyOfRange(page, at, at + local), size);
    int filled = local;
    int next = local < size ? number(page, at + local, 4) : 0;
    List<Integer> chain = new ArrayList<>();
    while (filled < size) {
      byte[] more = next < 2 || next > file.pages() ? null : file.page(next);
      // Zeros are what a lost block looks like, and not what anybody writes.
      if (more == null || isZero(more)) {
        return null;
      }
      chain.add(next);
      int part = Math.min(usable - 4, size - filled);
      System.arraycopy(more, 4, payload, filled, part);
      filled += part;
      next = number(more, 0, 4);
    }
    if (next != 0 && local < size) {
      return null;
    }
    chain.forEach(overflow::set);
    return payload;
  }

  private int localBytes(int size, boolean table) {
    int usable = file.usableBytes();
    int max = table ? usable - 35 : (usable - 12) * 64 / 255 - 23;
    if (size <= max) {
      return size;
    }
    int min = (usable - 12) * 32 / 255 - 23;
    int local = min + (size - min) % (usable - 4);
    return local <= max ? local : min;
  }

  private static boolean isZero(byte[] bytes) {
    for (byte b : bytes) {
      if (b != 0) {
        return false;
      }
    }
    return true;
  }

  private static int number(byte[] bytes, int at, int count) {
    int number = 0;
    for (int i = 0; i < count; i++) {
      number = number << 8 | bytes[at + i] & 0xff;
    }
    return number;
  }
}
