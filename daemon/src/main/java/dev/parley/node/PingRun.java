package dev.parley.node;

import dev.parley.link.Link;
import dev.parley.link.LinkLease;
import dev.parley.link.LinkListener;
import dev.parley.link.LinkPath;
import dev.parley.link.Links;
import dev.parley.proto.id.PeerId;
import io.netty.util.concurrent.EventExecutor;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One series of pings. Owned by the event loop. */
final class PingRun implements Node.Watch {
  private final PeerId peer;
  private final Links links;
  private final EventExecutor loop;
  private final Node.PingPlan plan;
  private final Node.PingListener listener;
  private final LinkLease lease;
  private int answered;
  private boolean over;
  private @Nullable Link pinged;

  PingRun(
      PeerId peer,
      Links links,
      EventExecutor loop,
      Node.PingPlan plan,
      Node.PingListener listener) {
    this.peer = peer;
    this.links = links;
    this.loop = loop;
    this.plan = plan;
    this.listener = listener;
    this.lease = links.want(peer);
    lease.retryNow();
    loop.execute(this::next);
  }

  /** The node tells every run of every link; it has one listener for them all. */
  LinkListener linkListener() {
    return new LinkListener() {
      @Override
      public void onUp(Link link) {
        if (link.peer().equals(peer)) {
          next();
        }
      }

      @Override
      public void onUnreachable(PeerId unreachable, String reason) {
        if (unreachable.equals(peer) && !over) {
          listener.onUnreachable(reason);
        }
      }
    };
  }

  private void next() {
    Link link = links.current(peer).orElse(null);
    if (over || link == null || link == pinged) {
      // Without a link, the next one that comes up goes on here.
      return;
    }
    pinged = link;
    link.ping()
        .whenComplete(
            (roundTrip, failure) ->
                loop.execute(
                    () -> {
                      if (pinged == link) {
                        pinged = null;
                      }
                      if (failure == null) {
                        onReply(link, roundTrip);
                      } else {
                        next();
                      }
                    }));
  }

  private void onReply(Link link, Duration roundTrip) {
    if (over) {
      return;
    }
    answered++;
    LinkPath path = pathOf(link);
    listener.onReply(answered, roundTrip, path);
    boolean direct = path.kind() == LinkPath.Kind.DIRECT;
    if (answered >= plan.count() && (direct || !plan.untilDirect())) {
      close();
      listener.onDone();
    } else {
      loop.schedule(this::next, plan.interval().toNanos(), TimeUnit.NANOSECONDS);
    }
  }

  /** Both ways must be direct for a reply to count as such: each side chooses its own way. */
  private static LinkPath pathOf(Link link) {
    LinkPath out = link.path();
    return out.kind() == LinkPath.Kind.DIRECT ? preferIndirect(link.inboundPath(), out) : out;
  }

  private static LinkPath preferIndirect(LinkPath in, LinkPath out) {
    return in.kind() == LinkPath.Kind.DIRECT ? out : in;
  }

  @Override
  public void close() {
    if (!over) {
      over = true;
      lease.close();
    }
  }

  boolean isOver() {
    return over;
  }
}
