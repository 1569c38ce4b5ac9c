package dev.parley.channels;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.parley.link.ByteStream;
import dev.parley.link.ByteStreamHandler;
import dev.parley.link.Link;
import dev.parley.link.StreamEnd;
import dev.parley.peer.v1.ChannelAnswer;
import dev.parley.peer.v1.ChannelAnswer.Outcome;
import dev.parley.peer.v1.ChannelOpen;
import dev.parley.proto.framing.FramingException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A channel that a peer opens, from its stream's beginning to its end. Owned by the links' thread;
 * the answer may come from any thread, so the state is guarded by this object.
 */
final class IncomingOpening implements ByteStreamHandler {
  /** A peer has this long to say what it wants, and to go when it was refused. */
  static final long PATIENCE_MILLIS = 10_000;

  /** What a peer may send before it is answered. Ours sends nothing. */
  static final int MAX_EARLY_BYTES = 64 * 1024;

  private static final Logger log = LoggerFactory.getLogger(IncomingOpening.class);

  private enum State {
    /** The first frame is not complete. */
    ASKING,
    /** The program has it. */
    UNANSWERED,
    ACCEPTED,
    /** The answer is out; the peer is to end the stream. */
    REFUSED,
    OVER
  }

  private final ByteStream stream;
  private final Link link;
  private final PeerChannels peer;
  private final LinkedChannels channels;
  private final FirstFrame first = new FirstFrame(FirstFrame.MAX_OPEN_BYTES);
  private State state = State.ASKING;
  private @Nullable Future<?> timer;
  private @Nullable ByteStreamHandler channel;
  private int ownFlow = -1;
  private int earlyBytes;

  IncomingOpening(ByteStream stream, Link link, PeerChannels peer, LinkedChannels channels) {
    this.stream = stream;
    this.link = link;
    this.peer = peer;
    this.channels = channels;
  }

  void begin() {
    awaitPeer();
  }

  private void awaitPeer() {
    timer =
        linksThread()
            .schedule(
                () -> stream.reset(ResetCode.PROTOCOL_ERROR.number()),
                PATIENCE_MILLIS,
                TimeUnit.MILLISECONDS);
  }

  private ScheduledExecutorService linksThread() {
    return channels.environment().linksThread();
  }

  private synchronized State state() {
    return state;
  }

  @Override
  public void onBytes(ByteBuffer bytes) {
    switch (state()) {
      case ASKING -> readFirst(bytes);
      case UNANSWERED -> onEarly(bytes);
      case ACCEPTED -> taker().ifPresent(taker -> taker.onBytes(bytes));
      case REFUSED, OVER -> {}
    }
  }

  private void readFirst(ByteBuffer bytes) {
    try {
      Optional<ByteString> frame = first.read(bytes);
      if (frame.isPresent()) {
        stopTimer();
        onOpen(ChannelOpen.parseFrom(frame.get()));
        if (bytes.hasRemaining()) {
          onBytes(bytes);
        }
      }
    } catch (FramingException | InvalidProtocolBufferException e) {
      stream.reset(ResetCode.PROTOCOL_ERROR.number());
    }
  }

  private void onEarly(ByteBuffer bytes) {
    earlyBytes += bytes.remaining();
    if (earlyBytes > MAX_EARLY_BYTES) {
      stream.reset(ResetCode.PROTOCOL_ERROR.number());
    } else {
      taker().ifPresent(taker -> taker.onBytes(bytes));
    }
  }

  private void stopTimer() {
    if (timer != null) {
      timer.cancel(false);
    }
  }

  private void onOpen(ChannelOpen open) {
    Optional<ServiceName> name = ServiceName.parse(open.getService());
    Optional<LinkedChannels.Served> served = name.flatMap(channels::served);
    if (name.isEmpty() || served.isEmpty()) {
      decline(State.ASKING, Outcome.UNKNOWN_SERVICE, "");
    } else if (!served.get().access().admits(stream.peer())) {
      decline(State.ASKING, Outcome.NOT_ALLOWED, "");
    } else if (peer.unanswered.get() >= PeerChannels.MAX_UNANSWERED) {
      stream.reset(ResetCode.TOO_MANY.number());
    } else {
      ask(open, name.get(), served.get().listener());
    }
  }

  private void ask(ChannelOpen open, ServiceName name, ChannelListener listener) {
    switch (open.getType()) {
      case STREAM -> {
        stream.setReading(false);
        OpenStream opening = new OpenStream(stream, name, linksThread());
        hand(opening, () -> listener.onStream(stream.peer(), new Answer<>(opening)));
      }
      case DATAGRAM -> {
        if (!OutgoingOpening.isFlow(open.getFlowId())) {
          stream.reset(ResetCode.PROTOCOL_ERROR.number());
          return;
        }
        OpenDatagrams opening = new OpenDatagrams(link, name, linksThread());
        opening.open(stream, open.getFlowId());
        ownFlow = peer.addFlow(opening);
        hand(opening, () -> listener.onDatagrams(stream.peer(), new Answer<>(opening)));
      }
      case TYPE_UNSPECIFIED, UNRECOGNIZED ->
          decline(State.ASKING, Outcome.REFUSED, "a kind of channel that is not known here");
    }
  }

  private void hand(ByteStreamHandler opening, Runnable question) {
    synchronized (this) {
      channel = opening;
      state = State.UNANSWERED;
      peer.unanswered.incrementAndGet();
    }
    try {
      question.run();
    } catch (RuntimeException e) {
      log.warn("a program failed when {} opened a channel to it", stream.peer(), e);
      decline(State.UNANSWERED, Outcome.REFUSED, "the program that serves it failed");
    }
  }

  private synchronized void accept() {
    if (state == State.UNANSWERED) {
      state = State.ACCEPTED;
      peer.unanswered.decrementAndGet();
      peer.open.incrementAndGet();
      write(
          ChannelAnswer.newBuilder()
              .setOutcome(Outcome.ACCEPTED)
              .setFlowId(Math.max(ownFlow, 0))
              .build());
    }
  }

  private void decline(State from, Outcome outcome, String why) {
    synchronized (this) {
      if (state != from) {
        return;
      }
      if (from == State.UNANSWERED) {
        peer.unanswered.decrementAndGet();
      }
      state = State.REFUSED;
    }
    write(ChannelAnswer.newBuilder().setOutcome(outcome).setDetail(Details.cut(why)).build());
    stream.end();
    stream.setReading(true);
    linksThread().execute(this::awaitPeerIfNotOver);
  }

  private void awaitPeerIfNotOver() {
    if (state() == State.REFUSED) {
      awaitPeer();
    }
  }

  private void write(ChannelAnswer answer) {
    stream.write(FirstFrame.encode(answer, FirstFrame.MAX_ANSWER_BYTES));
  }

  private synchronized Optional<ByteStreamHandler> taker() {
    return Optional.ofNullable(channel);
  }

  @Override
  public void onWritable() {
    if (state() == State.ACCEPTED) {
      taker().ifPresent(ByteStreamHandler::onWritable);
    }
  }

  @Override
  public void onEnd() {
    switch (state()) {
      case ASKING -> stream.reset(ResetCode.PROTOCOL_ERROR.number());
      case UNANSWERED, ACCEPTED -> taker().ifPresent(ByteStreamHandler::onEnd);
      case REFUSED, OVER -> {}
    }
  }

  @Override
  public void onClosed(StreamEnd how) {
    State before;
    synchronized (this) {
      before = state;
      state = State.OVER;
      if (before == State.UNANSWERED) {
        peer.unanswered.decrementAndGet();
      } else if (before == State.ACCEPTED) {
        peer.open.decrementAndGet();
      }
    }
    stopTimer();
    if (ownFlow >= 0) {
      peer.removeFlow(ownFlow);
    }
    peer.releaseIncoming();
    channels.onStreamOver(stream);
    channels.forgetIfIdle(stream.peer());
    if (before == State.UNANSWERED || before == State.ACCEPTED) {
      taker().ifPresent(taker -> taker.onClosed(how));
    }
  }

  /** What the program answers with. */
  private final class Answer<C> implements ChannelListener.Opening<C> {
    private final C opened;

    Answer(C opened) {
      this.opened = opened;
    }

    @Override
    public C accept() {
      IncomingOpening.this.accept();
      return opened;
    }

    @Override
    public void refuse(String why) {
      decline(State.UNANSWERED, Outcome.REFUSED, why);
    }
  }
}
