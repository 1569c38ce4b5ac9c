package dev.parley.channels;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.parley.channels.ChannelRefused.Reason;
import dev.parley.link.ByteStream;
import dev.parley.link.ByteStreamHandler;
import dev.parley.link.ByteStreamKind;
import dev.parley.link.Link;
import dev.parley.link.StreamEnd;
import dev.parley.peer.v1.ChannelAnswer;
import dev.parley.proto.framing.FramingException;
import dev.parley.proto.id.PeerId;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A channel that a program here opens, from the wish to the end of its stream. Owned by the links'
 * thread.
 */
final class OutgoingOpening<C> implements ByteStreamHandler {
  private final PeerId peer;
  private final OpenedShape<C> shape;
  private final LinkedChannels channels;
  private final CompletableFuture<C> future = new CompletableFuture<>();
  private final FirstFrame answer = new FirstFrame(FirstFrame.MAX_ANSWER_BYTES);
  private @Nullable PeerChannels held;
  private @Nullable Future<?> timer;
  private @Nullable ByteStream stream;
  private @Nullable ByteStreamHandler opened;
  private String unreachable = "";
  private boolean asked;

  OutgoingOpening(PeerId peer, OpenedShape<C> shape, LinkedChannels channels) {
    this.peer = peer;
    this.shape = shape;
    this.channels = channels;
  }

  CompletableFuture<C> future() {
    return future;
  }

  void begin(PeerChannels from, Duration timeout) {
    if (future.isDone()) {
      channels.forgetIfIdle(peer);
      return;
    }
    if (!from.takeOutgoing()) {
      refuse(Reason.TOO_MANY, "this node has as many channels with the peer as it allows");
      return;
    }
    held = from;
    from.waiting().add(this);
    from.adjustLease();
    timer =
        channels
            .environment()
            .linksThread()
            .schedule(this::onTimeout, timeout.toMillis(), TimeUnit.MILLISECONDS);
    future.whenComplete((channel, failure) -> onDone());
    Optional<Link> link = channels.links().current(peer);
    if (link.isPresent()) {
      onLink(link.get());
    } else {
      from.retryNow();
    }
  }

  /** There is a link. */
  void onLink(Link link) {
    PeerChannels from = held;
    if (asked || from == null) {
      return;
    }
    asked = true;
    from.waiting().remove(this);
    ByteBuffer frame = FirstFrame.encode(shape.ask(link, from), FirstFrame.MAX_OPEN_BYTES);
    ByteStream begun = link.open(ByteStreamKind.CHANNEL, this);
    if (held == null) {
      return;
    }
    stream = begun;
    channels.onStreamOpened(begun);
    begun.write(frame);
  }

  void onUnreachable(String reason) {
    unreachable = reason;
  }

  private void onTimeout() {
    if (asked) {
      refuse(Reason.TIMED_OUT, "the peer has not answered in time");
    } else {
      refuse(
          Reason.PEER_OFFLINE,
          "the peer cannot be reached" + (unreachable.isEmpty() ? "" : ": " + unreachable));
    }
  }

  void refuse(Reason reason, String message) {
    future.completeExceptionally(new ChannelRefused(reason, message));
  }

  /** On any thread, when the program has cancelled. */
  private void onDone() {
    channels.environment().linksThread().execute(this::settle);
  }

  private void settle() {
    if (timer != null) {
      timer.cancel(false);
    }
    if (opened != null) {
      return;
    }
    ByteStream begun = stream;
    if (begun != null) {
      begun.reset(ResetCode.GAVE_UP.number());
    } else {
      release();
    }
  }

  @Override
  public void onBytes(ByteBuffer bytes) {
    ByteStreamHandler taker = opened;
    if (taker != null) {
      taker.onBytes(bytes);
    } else if (!future.isDone()) {
      readAnswer(bytes);
    }
  }

  private void readAnswer(ByteBuffer bytes) {
    try {
      Optional<ByteString> frame = answer.read(bytes);
      if (frame.isPresent()) {
        onAnswer(ChannelAnswer.parseFrom(frame.get()), bytes);
      }
    } catch (FramingException | InvalidProtocolBufferException e) {
      onNonsense();
    }
  }

  private void onNonsense() {
    refuse(Reason.REFUSED, "the peer's answer makes no sense");
  }

  private void onAnswer(ChannelAnswer heard, ByteBuffer rest) {
    switch (heard.getOutcome()) {
      case ACCEPTED -> onAccepted(heard, rest);
      case REFUSED ->
          refuse(Reason.REFUSED, "refused by the peer: " + Details.ofPeer(heard.getDetail()));
      case UNKNOWN_SERVICE ->
          refuse(Reason.UNKNOWN_SERVICE, "the peer serves no '" + shape.service() + "'");
      case NOT_ALLOWED ->
          refuse(
              Reason.NOT_ALLOWED, "the peer does not let this node use '" + shape.service() + "'");
      case OUTCOME_UNSPECIFIED, UNRECOGNIZED ->
          refuse(Reason.REFUSED, "refused by the peer for a reason that is not known here");
    }
  }

  private void onAccepted(ChannelAnswer heard, ByteBuffer rest) {
    ByteStream begun = stream;
    PeerChannels from = held;
    if (begun == null || from == null || !isFlow(heard.getFlowId())) {
      onNonsense();
      return;
    }
    OpenedShape.Opened<C> made = shape.opened(begun, heard);
    if (!shape.readsAtOnce()) {
      begun.setReading(false);
    }
    opened = made.handler();
    from.open.incrementAndGet();
    if (rest.hasRemaining()) {
      made.handler().onBytes(rest);
    }
    if (!future.complete(made.channel())) {
      begun.reset(ResetCode.GAVE_UP.number());
    }
  }

  static boolean isFlow(int flow) {
    return flow >= 0 && flow <= DatagramHeader.MAX_FLOW;
  }

  @Override
  public void onWritable() {
    ByteStreamHandler taker = opened;
    if (taker != null) {
      taker.onWritable();
    }
  }

  @Override
  public void onEnd() {
    ByteStreamHandler taker = opened;
    if (taker != null) {
      taker.onEnd();
    } else if (!future.isDone()) {
      onNonsense();
    }
  }

  @Override
  public void onClosed(StreamEnd how) {
    ByteStreamHandler taker = opened;
    PeerChannels from = held;
    if (from != null && taker != null) {
      from.open.decrementAndGet();
    }
    release();
    if (taker != null) {
      taker.onClosed(how);
    } else {
      refuseBy(how);
    }
  }

  private void refuseBy(StreamEnd how) {
    if (how instanceof StreamEnd.Reset reset) {
      ResetCode code = ResetCode.of(reset.reason()).orElse(ResetCode.PROTOCOL_ERROR);
      switch (code) {
        case TOO_MANY ->
            refuse(Reason.TOO_MANY, "the peer takes no more channels from this node now");
        case NOT_ALLOWED -> refuse(Reason.NOT_ALLOWED, "this node is no contact of the peer");
        case SHUTTING_DOWN -> refuse(Reason.LINK_LOST, "the daemon of one side ends");
        case PROTOCOL_ERROR, GAVE_UP, PROGRAM_FAILED -> onNonsense();
      }
    } else {
      String why = how instanceof StreamEnd.Lost lost ? lost.why() : "it ended without an answer";
      refuse(Reason.LINK_LOST, "the link was lost before the answer: " + why);
    }
  }

  /** Gives back what was taken, once. */
  private void release() {
    PeerChannels from = held;
    if (from == null) {
      return;
    }
    held = null;
    from.waiting().remove(this);
    shape.over(from);
    from.releaseOutgoing();
    ByteStream begun = stream;
    if (begun != null) {
      channels.onStreamOver(begun);
    }
    channels.forgetIfIdle(peer);
  }
}
