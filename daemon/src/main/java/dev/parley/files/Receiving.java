package dev.parley.files;

import com.google.common.collect.ImmutableList;
import com.google.protobuf.ByteString;
import dev.parley.files.content.ContentHash;
import dev.parley.files.landing.HostileEntryException;
import dev.parley.files.landing.Landing;
import dev.parley.link.ByteStreamKind;
import dev.parley.link.Link;
import dev.parley.link.LinkPath;
import dev.parley.peer.v1.FileAnswer;
import dev.parley.peer.v1.FileChunk;
import dev.parley.peer.v1.FileEntry;
import dev.parley.peer.v1.FileFetch;
import dev.parley.peer.v1.FileFrame;
import java.io.IOException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Fetches a transfer over one stream, from where it is on. Owned by the files' thread.
 *
 * <p>While the disk does something that takes long, the stream hands over nothing, and so the peer
 * is held back.
 */
final class Receiving implements FileStream.Target, Item.Activity {
  /** So much may be written and not be on the disk; then it is waited for. */
  private static final long MAX_UNSYNCED_BYTES = 64L << 20;

  private final Core core;
  private final Item item;
  private final Landing landing;
  private final Owner owner;
  private final FileStream stream;
  private State state = State.ASKING;
  private Landing.@Nullable Entry entry;
  private long wireBytes;
  private long unsynced;
  private long syncedAt;
  private boolean syncing;

  /** What comes next. */
  private enum State {
    /** The answer to the fetch. */
    ASKING,
    /** An entry, or the end. */
    BETWEEN,
    /** More of a file, or its end. */
    CONTENT,
    OVER
  }

  /** Hears how it ends. */
  interface Owner {
    /** All is here, and on the disk. */
    void onComplete(Item item, ImmutableList<String> names);

    /** It ended before that, and may be tried again. */
    void onInterrupted(Item item, String why);

    /** The disk, or the peer, is not as it should be; tried again after a pause. */
    void onTrouble(Item item, String why);

    /** What arrives is damaged; tried again a few times. */
    void onDamaged(Item item, String why);

    /** It is given up. */
    void onHopeless(Item item, String why);
  }

  private Receiving(Core core, Item item, Landing landing, Owner owner) {
    this.core = core;
    this.item = item;
    this.landing = landing;
    this.owner = owner;
    this.stream = new FileStream(core.thread(), this);
    this.wireBytes = item.done.wireBytes();
    this.syncedAt = core.ledger().now();
  }

  static Receiving start(Core core, Item item, Landing landing, Link link, Owner owner) {
    Receiving receiving = new Receiving(core, item, landing, owner);
    receiving.stream.on(link.open(ByteStreamKind.FILES, receiving.stream));
    receiving.stream.write(
        FileFrame.newBuilder()
            .setFetch(
                FileFetch.newBuilder()
                    .setTransferId(item.stored.id().bytes())
                    .setEntry(landing.entries())
                    .setOffset(landing.offset())
                    .setChain(landing.chain()))
            .build());
    return receiving;
  }

  @Override
  public void onFrame(FileFrame frame) {
    try {
      switch (state) {
        case ASKING -> onAnswer(frame);
        case BETWEEN -> onBetween(frame);
        case CONTENT -> onContent(frame);
        case OVER -> {
          // The peer has not heard yet that it is over.
        }
      }
    } catch (HostileEntryException e) {
      end(FileStream.RESET_FAILED);
      owner.onHopeless(item, "the peer sends what it may not: " + e.getMessage());
    } catch (IOException e) {
      trouble(e);
    }
  }

  private void onAnswer(FileFrame frame) throws HostileEntryException {
    require(frame.hasAnswer(), "not an answer");
    FileAnswer.Status status = frame.getAnswer().getStatus();
    switch (status) {
      case OK -> state = State.BETWEEN;
      case BUSY, STORAGE_FAILING -> {
        end(FileStream.RESET_PAUSED);
        owner.onInterrupted(item, "the peer has too much to do just now");
      }
      case NOT_ALLOWED -> {
        end(FileStream.RESET_PAUSED);
        owner.onTrouble(item, "the peer does not have this node among its contacts any more");
      }
      case UNKNOWN, MALFORMED, STATUS_UNSPECIFIED, UNRECOGNIZED -> {
        end(FileStream.RESET_FAILED);
        owner.onHopeless(item, "the peer knows nothing of this transfer any more");
      }
    }
  }

  private void onBetween(FileFrame frame) throws HostileEntryException, IOException {
    if (frame.hasTransferEnd()) {
      require(landing.entries() == item.stored.content().entries(), "fewer files than offered");
      deliver();
      return;
    }
    require(frame.hasEntry(), "not an entry");
    FileEntry told = frame.getEntry();
    Landing.Entry next = read(told);
    StoredTransfer.Content content = item.stored.content();
    require(landing.entries() < content.entries(), "more files than offered");
    require(
        told.getSize() <= content.bytes() - (landing.bytes() - landing.offset()),
        "more bytes than offered");
    if (told.getOffset() != landing.offset()) {
      require(told.getOffset() == 0, "from where it was not asked");
      landing.beginAnew();
    }
    require(landing.offset() <= next.size(), "less than it has sent before");
    if (next.directory()) {
      complete(next);
    } else {
      entry = next;
      state = State.CONTENT;
    }
  }

  private static Landing.Entry read(FileEntry told) throws HostileEntryException {
    boolean directory = told.getKind() == FileEntry.Kind.DIRECTORY;
    require(directory || told.getKind() == FileEntry.Kind.FILE, "neither file nor directory");
    require(!directory || told.getSize() == 0, "a directory with content");
    return new Landing.Entry(
        ImmutableList.copyOf(told.getPathList()),
        directory,
        told.getSize(),
        Instant.ofEpochSecond(told.getModifiedSeconds(), told.getModifiedNanos()),
        told.getExecutable());
  }

  private void onContent(FileFrame frame) throws HostileEntryException, IOException {
    Landing.Entry current = entry;
    if (current == null) {
      throw new IllegalStateException("content of no file");
    }
    long left = current.size() - landing.offset();
    switch (frame.getBodyCase()) {
      case CHUNK -> {
        FileChunk chunk = frame.getChunk();
        require(
            chunk.getData().size() == Math.min(left, ContentHash.CHUNK_BYTES),
            "a chunk of another size");
        onChunk(chunk.getSha256(), chunk.getData());
      }
      case HOLE -> {
        long bytes = frame.getHole().getBytes();
        require(
            bytes <= left && (bytes == left || bytes % ContentHash.CHUNK_BYTES == 0),
            "a hole of another size");
        landing.appendZeros(bytes);
        progress(0);
      }
      case END -> {
        require(left == 0, "an end before the end");
        if (landing.chain().equals(frame.getEnd().getChain())) {
          complete(current);
        } else {
          landing.beginAnew();
          end(FileStream.RESET_FAILED);
          owner.onDamaged(item, "a file is not what the peer has read; it is fetched once more");
        }
      }
      default -> require(false, "neither content nor its end");
    }
  }

  private void onChunk(ByteString sha256, ByteString data) throws IOException {
    wireBytes += data.size();
    if (!landing.matches(sha256, data)) {
      end(FileStream.RESET_FAILED);
      owner.onDamaged(item, "a piece of a file has arrived damaged; it is fetched once more");
      return;
    }
    landing.append(sha256, data);
    item.pauses = 0;
    progress(data.size());
  }

  private void progress(int written) {
    unsynced += written;
    core.ledger()
        .progress(item, new StoredTransfer.Done(landing.bytes(), landing.entries(), wireBytes));
    long now = core.ledger().now();
    if (syncing) {
      if (unsynced > MAX_UNSYNCED_BYTES) {
        stream.pause();
      }
    } else if (unsynced > MAX_UNSYNCED_BYTES / 2 || now - syncedAt > Ledger.WRITE_EVERY_NANOS) {
      syncing = true;
      unsynced = 0;
      item.disk(core)
          .run(
              () -> {
                landing.sync();
                return landing;
              },
              done -> onSynced(),
              this::trouble);
    }
  }

  /** First the data, then the note of it: the note is never ahead. */
  private void onSynced() {
    syncing = false;
    syncedAt = core.ledger().now();
    core.ledger().writeProgress(item);
    if (state == State.CONTENT) {
      stream.resume();
    }
  }

  private void complete(Landing.Entry whole) {
    entry = null;
    state = State.BETWEEN;
    stream.pause();
    item.disk(core)
        .run(
            () -> {
              landing.complete(whole);
              return whole;
            },
            done -> {
              if (state != State.OVER) {
                progress(0);
                stream.resume();
              }
            },
            this::onCompletionFailed);
  }

  private void onCompletionFailed(Exception e) {
    if (e instanceof HostileEntryException) {
      end(FileStream.RESET_FAILED);
      owner.onHopeless(item, "the peer sends what it may not: " + e.getMessage());
    } else {
      trouble(e);
    }
  }

  private void deliver() {
    stream.pause();
    stream.end();
    state = State.OVER;
    item.disk(core)
        .run(landing::deliver, names -> owner.onComplete(item, names), this::onDeliveryFailed);
  }

  private void onDeliveryFailed(Exception e) {
    stream.reset(FileStream.RESET_PAUSED);
    owner.onTrouble(item, sentence(e));
  }

  private void trouble(Exception e) {
    if (state != State.OVER) {
      end(FileStream.RESET_PAUSED);
      owner.onTrouble(item, sentence(e));
    }
  }

  private String sentence(Exception e) {
    return "cannot write to " + landing + ": " + e.getMessage() + "; it goes on when it can";
  }

  private void end(int reason) {
    state = State.OVER;
    stream.reset(reason);
  }

  private static void require(boolean isTrue, String what) throws HostileEntryException {
    if (!isTrue) {
      throw new HostileEntryException(what);
    }
  }

  @Override
  public void onOver(String why) {
    if (state != State.OVER) {
      state = State.OVER;
      owner.onInterrupted(item, why);
    }
  }

  @Override
  public void stop(int reason) {
    end(reason);
  }

  @Override
  public LinkPath path() {
    return stream.path();
  }
}
