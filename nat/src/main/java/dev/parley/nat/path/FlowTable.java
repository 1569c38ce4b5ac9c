package dev.parley.nat.path;

import io.netty.buffer.ByteBuf;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The flows of a switch, ours and those begun from outside, until their end. Owned by the event
 * loop.
 */
final class FlowTable {
  private final FlowLookup lookup;
  private final Strangers strangers;
  private final Map<InetSocketAddress, Flow> flows = new HashMap<>();
  private long count;

  FlowTable(FlowLookup lookup, long now) {
    this.lookup = lookup;
    this.strangers = new Strangers(now);
  }

  Flow dialled() {
    return add(new Flow(SyntheticAddress.ofFlow(++count, true), null));
  }

  /** A flow that this datagram begins; null when there are too many. */
  @Nullable Flow accepted(ByteBuf datagram, PathAddress from, long now) {
    if (!strangers.admit(from, now)) {
      return null;
    }
    Flow flow = add(new Flow(SyntheticAddress.ofFlow(++count, false), from));
    lookup.opened(datagram, flow);
    return flow;
  }

  private Flow add(Flow flow) {
    flows.put(flow.address(), flow);
    return flow;
  }

  @Nullable Flow at(InetSocketAddress synthetic) {
    return flows.get(synthetic);
  }

  /** Its peer is about to be named: it is no stranger any more. */
  void naming(Flow flow) {
    PathAddress begunFrom = flow.begunFrom();
    if (begunFrom != null && !flow.isNamed()) {
      strangers.left(begunFrom);
    }
  }

  /** False when it had been removed before. */
  boolean remove(Flow flow) {
    if (!flows.remove(flow.address(), flow)) {
      return false;
    }
    lookup.closed(flow);
    naming(flow);
    return true;
  }

  /** The datagram's peer is not at this relay, says the relay. */
  void onAbsent(PathAddress.Relayed path) {
    flows.values().forEach(flow -> flow.onAbsent(path));
  }

  void clear() {
    flows.values().forEach(lookup::closed);
    flows.clear();
  }

  int size() {
    return flows.size();
  }

  int unnamed() {
    return strangers.unnamed();
  }
}
