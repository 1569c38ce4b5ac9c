package dev.parley.files;

import com.google.common.collect.ImmutableList;
import dev.parley.link.ByteStream;
import dev.parley.link.ByteStreamAcceptor;
import dev.parley.link.ByteStreamHandler;
import dev.parley.peer.v1.FileAnswer;
import dev.parley.peer.v1.FileFrame;
import dev.parley.peer.v1.FileNotice;
import dev.parley.peer.v1.FileOffer;
import dev.parley.proto.id.PeerId;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Judges what peers begin: offers, notices and fetches. Owned by the files' thread, but for the
 * acceptor's method.
 */
final class Reception implements ByteStreamAcceptor {
  private final Core core;
  private final Outgoing outgoing;
  private final Incoming incoming;
  private final Policy policy;
  private final Runnable onChange;
  private final Map<PeerId, Integer> streams = new HashMap<>();

  /** Offers that are being written down. */
  private int committing;

  /** Which offers are accepted at once. */
  interface Policy {
    /** Where to, when it is. */
    Optional<Path> acceptTo(PeerId peer, long bytes);
  }

  Reception(Core core, Outgoing outgoing, Incoming incoming, Policy policy, Runnable onChange) {
    this.core = core;
    this.outgoing = outgoing;
    this.incoming = incoming;
    this.policy = policy;
    this.onChange = onChange;
  }

  @Override
  public ByteStreamHandler onStream(ByteStream opened) {
    Greeting greeting = new Greeting();
    FileStream stream = new FileStream(core.thread(), greeting).on(opened);
    greeting.stream = stream;
    core.thread().post(() -> count(stream));
    return stream;
  }

  private void count(FileStream stream) {
    PeerId peer = stream.peer();
    stream.whenOver(() -> streams.computeIfPresent(peer, (p, n) -> n == 1 ? null : n - 1));
    if (streams.merge(peer, 1, Integer::sum) > Limits.MAX_STREAMS_PER_PEER) {
      stream.reset(FileStream.RESET_TOO_MANY);
    }
  }

  /** Waits for the first frame. */
  private final class Greeting implements FileStream.Target {
    private @org.jspecify.annotations.Nullable FileStream stream;
    private boolean greeted;

    @Override
    public void onFrame(FileFrame frame) {
      FileStream greeting = stream;
      if (greeting == null) {
        throw new IllegalStateException("a frame before its stream");
      }
      if (greeted) {
        greeting.reset(FileStream.RESET_MALFORMED);
        return;
      }
      greeted = true;
      greet(greeting, frame);
    }

    @Override
    public void onOver(String why) {
      // Nothing was begun.
    }
  }

  private void greet(FileStream stream, FileFrame frame) {
    if (!core.isContact().test(stream.peer())) {
      Outgoing.answer(stream, FileAnswer.Status.NOT_ALLOWED);
      return;
    }
    switch (frame.getBodyCase()) {
      case OFFER -> onOffer(stream, frame.getOffer());
      case NOTICE -> onNotice(stream, frame.getNotice());
      case FETCH -> outgoing.serve(stream, frame.getFetch());
      default -> stream.reset(FileStream.RESET_MALFORMED);
    }
  }

  private void onOffer(FileStream stream, FileOffer offer) {
    TransferId id = new TransferId(offer.getTransferId());
    Optional<Item> known = core.ledger().find(id);
    if (known.isPresent()) {
      boolean isSame =
          known.get().stored.isIncoming() && known.get().stored.peer().equals(stream.peer());
      Outgoing.answer(stream, isSame ? FileAnswer.Status.OK : FileAnswer.Status.MALFORMED);
      return;
    }
    long ofPeer =
        core.ledger()
            .of(stream.peer())
            .filter(item -> item.stored.isIncoming() && item.isOpen())
            .count();
    long all = core.ledger().all().filter(Item::isOpen).count();
    if (ofPeer + committing >= Limits.MAX_OPEN_PER_PEER || all + committing >= Limits.MAX_OPEN) {
      Outgoing.answer(stream, FileAnswer.Status.BUSY);
      return;
    }
    Optional<Path> directory = policy.acceptTo(stream.peer(), offer.getBytes());
    commit(
        stream,
        new StoredTransfer(
            id,
            stream.peer(),
            Transfer.Direction.INCOMING,
            directory.isPresent() ? TransferState.QUEUED : TransferState.OFFERED,
            true,
            new StoredTransfer.Content(
                ImmutableList.copyOf(offer.getNamesList()),
                offer.getBytes(),
                offer.getEntries(),
                0),
            directory,
            StoredTransfer.Done.NOTHING,
            "",
            core.ledger().instant(),
            Optional.empty()));
  }

  private void commit(FileStream stream, StoredTransfer stored) {
    committing++;
    core.ledger()
        .add(stored)
        .whenComplete(
            (written, failure) ->
                core.thread()
                    .post(
                        () -> {
                          committing--;
                          if (failure == null && core.ledger().find(stored.id()).isEmpty()) {
                            core.ledger().added(stored);
                          }
                          Outgoing.answer(
                              stream,
                              failure == null
                                  ? FileAnswer.Status.OK
                                  : FileAnswer.Status.STORAGE_FAILING);
                          onChange.run();
                        }));
  }

  private void onNotice(FileStream stream, FileNotice notice) {
    Optional<Item> found =
        TransferId.tryOf(notice.getTransferId())
            .flatMap(core.ledger()::find)
            .filter(item -> item.stored.peer().equals(stream.peer()));
    if (found.isEmpty()) {
      // It does not matter any more, and the peer need not say it again.
      Outgoing.answer(stream, FileAnswer.Status.UNKNOWN);
      return;
    }
    Item item = found.get();
    Optional<TransferState> end = end(item, notice.getOutcome());
    if (end.isEmpty()) {
      Outgoing.answer(stream, FileAnswer.Status.MALFORMED);
      return;
    }
    if (!item.isOpen()) {
      Outgoing.answer(stream, FileAnswer.Status.OK);
      return;
    }
    String why = notice.getDetail();
    core.ledger()
        .change(item, over(item, end.get(), why))
        .whenComplete(
            (written, failure) ->
                core.thread()
                    .post(
                        () ->
                            Outgoing.answer(
                                stream,
                                failure == null
                                    ? FileAnswer.Status.OK
                                    : FileAnswer.Status.STORAGE_FAILING)));
    clear(item);
    onChange.run();
  }

  private StoredTransfer over(Item item, TransferState end, String why) {
    if (end == TransferState.DELIVERED) {
      StoredTransfer.Content content = item.stored.content();
      item.done =
          new StoredTransfer.Done(content.bytes(), content.entries(), item.done.wireBytes());
    }
    return item.stored.over(
        end, true, why.isEmpty() ? "" : "the peer says: " + why, core.ledger().instant());
  }

  /** Only whoever receives can have received, or not want to. */
  private static Optional<TransferState> end(Item item, FileNotice.Outcome outcome) {
    boolean receives = item.stored.isIncoming();
    return switch (outcome) {
      case DONE -> receives ? Optional.empty() : Optional.of(TransferState.DELIVERED);
      case REFUSED -> receives ? Optional.empty() : Optional.of(TransferState.REFUSED);
      case CANCELLED -> Optional.of(TransferState.CANCELLED);
      case FAILED -> Optional.of(TransferState.FAILED);
      case OUTCOME_UNSPECIFIED, UNRECOGNIZED -> Optional.empty();
    };
  }

  /** Ends what is under way for a transfer that is over. */
  void clear(Item item) {
    Item.Activity activity = item.activity;
    item.activity = null;
    if (activity != null) {
      activity.stop(FileStream.RESET_CANCELLED);
    }
    if (item.stored.isIncoming()) {
      incoming.discard(item);
    } else {
      outgoing.dropManifest(item.stored.id());
    }
  }
}
