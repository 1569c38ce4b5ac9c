package dev.parley.files;

import dev.parley.link.ByteStreamKind;
import dev.parley.link.Link;
import dev.parley.peer.v1.FileAnswer;
import dev.parley.peer.v1.FileFrame;
import dev.parley.peer.v1.FileNotice;
import dev.parley.peer.v1.FileOffer;

/**
 * Tells a peer of an offer, or of the end of a transfer, until it has that on its disk. Owned by
 * the files' thread.
 */
final class Telling implements FileStream.Target {
  private final Core core;
  private final Item item;
  private final TransferState state;
  private final Runnable onOver;
  private final FileStream stream;
  private boolean answered;

  private Telling(Core core, Item item, Runnable onOver) {
    this.core = core;
    this.item = item;
    this.state = item.stored.state();
    this.onOver = onOver;
    this.stream = new FileStream(core.thread(), this);
  }

  static void start(Core core, Item item, Link link, Runnable onOver) {
    item.telling = true;
    Telling telling = new Telling(core, item, onOver);
    telling.stream.on(link.open(ByteStreamKind.FILES, telling.stream));
    telling.stream.write(
        item.isOpen()
            ? FileFrame.newBuilder().setOffer(offer(item.stored)).build()
            : FileFrame.newBuilder().setNotice(notice(item.stored)).build());
  }

  private static FileOffer offer(StoredTransfer stored) {
    FileOffer.Builder offer =
        FileOffer.newBuilder()
            .setTransferId(stored.id().bytes())
            .setBytes(stored.content().bytes())
            .setEntries(stored.content().entries());
    stored.content().names().stream()
        .map(name -> FileFrames.cut(name, FileFrames.MAX_NAME_BYTES))
        .forEach(offer::addNames);
    return offer.build();
  }

  private static FileNotice notice(StoredTransfer stored) {
    return FileNotice.newBuilder()
        .setTransferId(stored.id().bytes())
        .setOutcome(
            switch (stored.state()) {
              case DELIVERED -> FileNotice.Outcome.DONE;
              case REFUSED -> FileNotice.Outcome.REFUSED;
              case CANCELLED -> FileNotice.Outcome.CANCELLED;
              case FAILED -> FileNotice.Outcome.FAILED;
              case OFFERED, QUEUED, ACTIVE, PAUSED ->
                  throw new IllegalStateException("nothing is to be told in " + stored.state());
            })
        .setDetail(FileFrames.cut(stored.problem(), FileFrames.MAX_DETAIL_BYTES))
        .build();
  }

  @Override
  public void onFrame(FileFrame frame) {
    if (!frame.hasAnswer() || answered) {
      stream.reset(FileStream.RESET_MALFORMED);
      finish("the peer answers what was not asked");
      return;
    }
    answered = true;
    stream.end();
    onAnswer(frame.getAnswer().getStatus());
  }

  private void onAnswer(FileAnswer.Status status) {
    if (item.stored.state() != state) {
      // It has gone on meanwhile, and what it is now is to be told.
      finish("");
      return;
    }
    switch (status) {
      case OK -> {
        item.pauses = 0;
        core.ledger().change(item, item.stored.in(state, true));
        finish("");
      }
      case BUSY, STORAGE_FAILING -> finish("the peer has no room for it just now");
      case NOT_ALLOWED, MALFORMED, UNKNOWN, STATUS_UNSPECIFIED, UNRECOGNIZED -> {
        if (item.isOpen()) {
          String why =
              status == FileAnswer.Status.NOT_ALLOWED
                  ? "the peer takes no files from this node: ask to be its contact"
                  : "the peer does not take the offer";
          core.ledger()
              .change(
                  item, item.stored.over(TransferState.FAILED, true, why, core.ledger().instant()));
        } else {
          core.ledger().change(item, item.stored.in(state, true));
        }
        finish("");
      }
    }
  }

  @Override
  public void onOver(String why) {
    if (!answered) {
      finish(why);
    }
  }

  /**
   * @param problem why it has to be told again, or empty
   */
  private void finish(String problem) {
    item.telling = false;
    answered = true;
    if (!problem.isEmpty()) {
      item.notBefore = core.ledger().now() + Limits.pause(item.pauses++).toNanos();
    }
    onOver.run();
  }
}
