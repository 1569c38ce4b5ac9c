package dev.parley.node;

import dev.parley.link.Link;
import dev.parley.link.LinkListener;
import dev.parley.link.Links;
import dev.parley.proto.id.PeerId;
import io.netty.util.concurrent.EventExecutor;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** All series of pings that are under way. Thread-safe. */
final class Pings implements LinkListener {
  private final Links links;
  private final EventExecutor loop;
  private final List<PingRun> runs = new CopyOnWriteArrayList<>();

  Pings(Links links, EventExecutor loop) {
    this.links = links;
    this.loop = loop;
    links.addListener(this);
  }

  Node.Watch start(PeerId peer, Node.PingPlan plan, Node.PingListener listener) {
    PingRun run = new PingRun(peer, links, loop, plan, listener);
    runs.add(run);
    runs.removeIf(PingRun::isOver);
    return () -> {
      run.close();
      runs.remove(run);
    };
  }

  @Override
  public void onUp(Link link) {
    runs.forEach(run -> run.linkListener().onUp(link));
  }

  @Override
  public void onUnreachable(PeerId peer, String reason) {
    runs.forEach(run -> run.linkListener().onUnreachable(peer, reason));
  }
}
