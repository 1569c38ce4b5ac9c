package dev.parley.control;

import dev.parley.channels.ChannelRefused;
import dev.parley.channels.DatagramChannel;
import dev.parley.channels.StreamChannel;
import dev.parley.control.v1.ChannelData;
import dev.parley.control.v1.ChannelEnd;
import dev.parley.control.v1.ChannelReset;
import dev.parley.control.v1.Opened;
import dev.parley.link.StreamEnd;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One Open or Accept call: a channel, as a stream of messages. Requests come on a call thread, and
 * what the peer does on the links' thread; guarded by itself.
 *
 * <p>A request is asked for only while the channel takes more, and the channel is read only while
 * the client does: nothing piles up here.
 */
final class ChannelCall implements StreamObserver<ChannelData> {
  /** How the call gets its channel. */
  interface Source {
    /** What the first message asks for. Tells the call once, now or later. */
    void begin(ChannelData first, ChannelCall call) throws Refusal;

    /** The client has gone before there was a channel. */
    void cancel();
  }

  /** The channel, as the call sees it. */
  interface Attached {
    void take(ChannelData request) throws Refusal;

    /**
     * Whether another request is welcome; {@link ChannelCall#askForMore} is called later if not.
     */
    boolean takesMore();

    /** The client takes more, or does not. */
    void setReading(boolean reading);

    void end();

    void reset(int reason);
  }

  private final ServerCallStreamObserver<ChannelData> observer;
  private final Source source;
  private @Nullable Attached channel;
  private boolean begun;
  private boolean clientDone;
  private boolean asked;
  private boolean stopped;
  private boolean over;

  private ChannelCall(ServerCallStreamObserver<ChannelData> observer, Source source) {
    this.observer = observer;
    this.source = source;
  }

  static ChannelCall begin(ServerCallStreamObserver<ChannelData> observer, Source source) {
    ChannelCall call = new ChannelCall(observer, source);
    observer.disableAutoRequest();
    observer.setOnReadyHandler(call::onReady);
    observer.setOnCancelHandler(call::onCancel);
    observer.request(1);
    return call;
  }

  void attach(StreamChannel opened) {
    StreamAttachment attachment = new StreamAttachment(opened, this);
    if (attach(attachment, Opened.newBuilder().setPath(Wire.path(opened.path())).build())) {
      opened.start(attachment);
      askForMore();
    }
  }

  void attach(DatagramChannel opened) {
    DatagramAttachment attachment = new DatagramAttachment(opened, this);
    Opened reply =
        Opened.newBuilder()
            .setPath(Wire.path(opened.path()))
            .setMaxDatagramBytes(opened.maxBytes())
            .build();
    if (attach(attachment, reply)) {
      opened.start(attachment);
      askForMore();
    }
  }

  private synchronized boolean attach(Attached attached, Opened reply) {
    if (over) {
      attached.reset(0);
      return false;
    }
    channel = attached;
    observer.onNext(ChannelData.newBuilder().setOpened(reply).build());
    if (clientDone) {
      attached.end();
    }
    return true;
  }

  @Override
  public synchronized void onNext(ChannelData request) {
    asked = false;
    if (over) {
      return;
    }
    try {
      Attached attached = channel;
      if (!begun) {
        begun = true;
        source.begin(request, this);
      } else if (attached == null) {
        throw Refusal.badArgument("wait for `opened` before sending anything");
      } else {
        attached.take(request);
        askForMore();
      }
    } catch (Refusal | RuntimeException e) {
      fail(e);
    }
  }

  synchronized void askForMore() {
    Attached attached = channel;
    if (!over && !asked && !clientDone && attached != null && attached.takesMore()) {
      asked = true;
      observer.request(1);
    }
  }

  /** Something from the peer. False: the client does not take it now. */
  synchronized boolean tell(ChannelData.Builder data, boolean evenIfNotReady) {
    if (over || !(evenIfNotReady || observer.isReady())) {
      return false;
    }
    observer.onNext(data.build());
    Attached attached = channel;
    if (!observer.isReady() && !stopped && attached != null) {
      stopped = true;
      attached.setReading(false);
    }
    return true;
  }

  private synchronized void onReady() {
    Attached attached = channel;
    if (stopped && attached != null) {
      stopped = false;
      attached.setReading(true);
    }
  }

  void tellEnd() {
    tell(ChannelData.newBuilder().setEnd(ChannelEnd.getDefaultInstance()), true);
  }

  synchronized void tellClosed(StreamEnd how) {
    if (over) {
      return;
    }
    if (how instanceof StreamEnd.Lost lost) {
      fail(new ChannelRefused(ChannelRefused.Reason.LINK_LOST, lost.why()));
      return;
    }
    if (how instanceof StreamEnd.Reset reset && reset.byPeer()) {
      tell(
          ChannelData.newBuilder().setReset(ChannelReset.newBuilder().setReason(reset.reason())),
          true);
    }
    complete();
  }

  synchronized void complete() {
    if (!over) {
      over = true;
      observer.onCompleted();
    }
  }

  synchronized void fail(Throwable why) {
    if (!over) {
      over = true;
      attached().ifPresent(attached -> attached.reset(0));
      observer.onError(Failures.of(why));
    }
  }

  private Optional<Attached> attached() {
    return Optional.ofNullable(channel);
  }

  /** The client has half-closed. */
  @Override
  public synchronized void onCompleted() {
    clientDone = true;
    if (!begun) {
      fail(Refusal.badArgument("the first message says which channel is meant"));
    } else {
      attached().ifPresent(Attached::end);
    }
  }

  @Override
  public void onError(Throwable cancelled) {
    onCancel();
  }

  private void onCancel() {
    synchronized (this) {
      if (over) {
        return;
      }
      over = true;
      attached().ifPresent(attached -> attached.reset(0));
    }
    source.cancel();
  }
}
